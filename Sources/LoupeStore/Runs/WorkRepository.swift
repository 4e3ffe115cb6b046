package import Foundation
package import LoupeCore

/// Errands for runners: connection tests, introspection, explaining. They lie beside the runs, because nobody lists
/// them and they do not wait for a datasource's limit.
package struct WorkRepository: Sendable {
    package let database: any Database
    let surroundings: Surroundings
    let signals: SignalHub

    /// An errand that nobody fetched is forgotten after this.
    private static let lifetime = Duration.seconds(3600)

    package init(database: any Database, surroundings: Surroundings, signals: SignalHub) {
        self.database = database
        self.surroundings = surroundings
        self.signals = signals
    }

    package func enqueue(_ item: WorkItem, by user: User.ID?) async throws {
        _ = try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO work (org_id, id, kind, datasource_id, payload, sealed_payload, created_by, created_at,
                    expires_at)
                VALUES (\(item.organizationID), \(item.id), \(item.kind), \(item.datasourceID), \(item.payload),
                    \(item.sealed), \(user), \(item.createdAt), \(item.createdAt + WorkRepository.lifetime))
                """
            )
        }
        signals.announce(.work)
    }

    /// An errand with the lease under which alone it may be answered.
    package struct Claim: Sendable {
        package let item: WorkItem
        package let lease: UUID
        package let datasource: Datasource.Handle?
    }

    package func claim(runner: String, slots: Int) async throws -> [Claim] {
        let now = surroundings.now()
        let random = surroundings.random
        return try await database.write { transaction in
            let lock: SQL = transaction.dialect == .postgres ? " FOR UPDATE OF w SKIP LOCKED" : ""
            let waiting = try transaction.all(
                """
                SELECT w.id, w.org_id, w.kind, w.datasource_id, w.payload, w.sealed_payload, w.created_at,
                    d.ds_type, d.revision, d.max_concurrency, d.allow_unparsed
                FROM work w LEFT JOIN datasources d ON d.org_id = w.org_id AND d.id = w.datasource_id
                WHERE w.status = 'queued' ORDER BY w.created_at LIMIT \(slots)\(lock)
                """,
                as: WorkRepository.waiting
            )
            return try waiting.map { item, datasource in
                let lease = UUID.version7(at: now, random: random())
                try transaction.execute(
                    """
                    UPDATE work SET status = 'running', attempt = attempt + 1, lease_token = \(SQLValue.uuid(lease)),
                        runner_id = \(runner), started_at = \(now)
                    WHERE org_id = \(item.organizationID) AND id = \(item.id)
                    """
                )
                return Claim(item: item, lease: lease, datasource: datasource)
            }
        }
    }

    private static func waiting(_ row: inout RowReader) throws -> (WorkItem, Datasource.Handle?) {
        let id: WorkItem.ID = try row.id()
        let organization: Organization.ID = try row.id()
        let kind: WorkItem.Kind = try row.enum()
        let datasource: Datasource.ID? = try row.optionalID()
        let item = WorkItem(
            id: id,
            organizationID: organization,
            kind: kind,
            datasourceID: datasource,
            payload: try row.json(),
            sealed: try row.optionalBytes(),
            createdAt: try row.timestamp()
        )
        guard let datasource else { return (item, nil) }
        let handle = Datasource.Handle(
            id: datasource,
            organizationID: organization,
            kind: try row.enum(),
            revision: try row.int(),
            maxConcurrency: try row.int(),
            allowsUnparsed: try row.boolean()
        )
        return (item, handle)
    }

    /// How an errand ended.
    package enum Answer: Sendable {
        case completed(JSONValue)
        case failed(QueryFailure)
    }

    /// Writes the answer under the fence; false where somebody else holds the errand by now. A schema is kept with it,
    /// so that it is there for the next who asks, even where it came too late for the first.
    @discardableResult
    package func answer(_ claim: Claim, _ answer: Answer) async throws -> Bool {
        let now = surroundings.now()
        let (status, value, error): (RunStatus, JSONValue?, JSONValue?) =
            switch answer {
            case .completed(let value): (.completed, value, nil)
            case .failed(let failure): (.failed, nil, failure.json)
            }
        let changed = try await database.write { transaction in
            let changed = try transaction.execute(
                """
                UPDATE work SET status = \(status), answer = \(value), error = \(error), lease_token = NULL,
                    completed_at = \(now), sealed_payload = NULL
                WHERE org_id = \(claim.item.organizationID) AND id = \(claim.item.id) AND status = 'running'
                    AND lease_token = \(SQLValue.uuid(claim.lease))
                """
            )
            if changed == 1, claim.item.kind == .introspect, let value, let datasource = claim.datasource {
                try SchemaCacheRepository.store(
                    SchemaCacheRepository.Entry(tables: value, fetchedAt: now),
                    of: datasource.id,
                    revision: datasource.revision,
                    in: datasource.organizationID,
                    transaction
                )
            }
            return changed
        }
        signals.announce(.answered(claim.item.id))
        return changed == 1
    }

    /// The answer, or nil while there is none. Throws `not_found`.
    package func find(_ id: WorkItem.ID, in organization: Organization.ID) async throws -> Answer? {
        let found = try await database.read { transaction in
            try transaction.first(
                """
                SELECT answer, error FROM work WHERE org_id = \(organization) AND id = \(id)
                """
            ) { row -> Answer? in
                if let value = try row.optionalJSON() { return .completed(value) }
                return QueryFailure(json: try row.optionalJSON()).map(Answer.failed)
            }
        }
        guard let found else { throw LoupeError.notFound("work") }
        return found
    }

    /// Errands of runners that are gone go back to the queue, once; then they fail.
    package func loseRunners(except alive: Set<String>) async throws {
        let now = surroundings.now()
        let error = QueryFailure(code: "runner_lost", message: "The runner died while it worked on this.")
        try await database.write { transaction in
            let held: [(WorkItem.ID, Organization.ID, String, Int)] = try transaction.all(
                "SELECT id, org_id, runner_id, attempt FROM work WHERE status = 'running' LIMIT 500"
            ) { row in (try row.id(), try row.id(), try row.text(), try row.int()) }
            for (id, organization, runner, attempt) in held where !alive.contains(runner) {
                let isLast = attempt >= 2
                try transaction.execute(
                    """
                    UPDATE work SET status = \(isLast ? RunStatus.failed : .queued), lease_token = NULL,
                        error = \(isLast ? error.json : nil), completed_at = \(isLast ? now : nil)
                    WHERE org_id = \(organization) AND id = \(id) AND status = 'running' AND runner_id = \(runner)
                    """
                )
            }
        }
    }

    /// Forgets errands past their time, at most 500; how many.
    package func sweep() async throws -> Int {
        let now = surroundings.now()
        return try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM work WHERE (org_id, id) IN
                    (SELECT org_id, id FROM work WHERE expires_at < \(now) LIMIT 500)
                """
            )
        }
    }
}
