package import LoupeCore

/// Runs: from the queue to their outcome. Every change of status goes through `RunState`, and every write of a runner
/// names the lease it was given, so that a runner that was given up writes nothing.
package struct RunRepository: Sendable {
    package let database: any Database
    let surroundings: Surroundings
    let signals: SignalHub

    package init(database: any Database, surroundings: Surroundings, signals: SignalHub) {
        self.database = database
        self.surroundings = surroundings
        self.signals = signals
    }

    /// A run about to be queued.
    package struct New: Sendable {
        package var run: Run
        /// Exactly what is bound at each attempt.
        package var bound: [BoundParameter]
        /// SHA-256 of the SQL: its text is stored once.
        package var sqlHash: [UInt8]
        /// SHA-256 of what makes two runs the same work.
        package var fingerprint: [UInt8]

        package init(run: Run, bound: [BoundParameter], sqlHash: [UInt8], fingerprint: [UInt8]) {
            self.run = run
            self.bound = bound
            self.sqlHash = sqlHash
            self.fingerprint = fingerprint
        }
    }

    /// Queues a run: once this returns, it ends in a final state, whatever dies meanwhile.
    package func enqueue(_ new: New) async throws {
        do {
            try await database.write { transaction in try RunRepository.insert(new, into: transaction) }
        } catch let error as LoupeError where error.isConflict(on: RunRepository.textKey) {
            // The text was there and nobody's, and went in that moment: now it is stored anew.
            try await database.write { transaction in try RunRepository.insert(new, into: transaction) }
        }
        signals.announce(.work)
    }

    /// The foreign key from a run to its SQL text.
    private static let textKey = "runs_org_id_sql_hash_fkey"

    static func insert(_ new: New, into transaction: any Transaction) throws {
        try insert([new], into: transaction)
    }

    /// Queues runs by three statements, however many they are; there is at least one.
    static func insert(_ new: [New], into transaction: any Transaction) throws {
        let texts: [SQL] = new.map { new in
            let run = new.run
            return "(\(run.organizationID), \(new.sqlHash), \(run.sql), \(run.sql.folded), \(run.createdAt))"
        }
        try transaction.execute(
            """
            INSERT INTO sql_texts (org_id, hash, sql, folded, created_at) VALUES \(rows: texts)
            ON CONFLICT (org_id, hash) DO NOTHING
            """
        )
        try transaction.execute(
            """
            INSERT INTO runs (org_id, id, query_id, query_name, datasource_id, datasource_revision, sql_hash, parameters,
                bound_parameters, time_zone, fingerprint, trigger, schedule_id, scheduled_for, priority,
                timeout_seconds, max_rows, max_bytes, max_attempts, created_by, created_at)
            VALUES \(rows: new.map(\.row))
            """
        )
        let events: [SQL] = new.map { new in
            let run = new.run
            return "(\(run.organizationID), \(run.id), \(RunStatus.queued), \(run.createdAt))"
        }
        try transaction.execute(
            "INSERT INTO run_events (org_id, run_id, status, created_at) VALUES \(rows: events)"
        )
    }

    static func recordEvent(
        _ id: Run.ID,
        of organization: Organization.ID,
        _ status: RunStatus,
        at now: Timestamp,
        in transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO run_events (org_id, run_id, status, created_at)
            VALUES (\(organization), \(id), \(status), \(now))
            """
        )
    }

    /// Throws `not_found`.
    package func find(_ id: Run.ID, in organization: Organization.ID) async throws -> Run {
        let run = try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(trusted: Run.columns) FROM \(trusted: Run.tables)
                WHERE r.org_id = \(organization) AND r.id = \(id)
                """,
                as: { try Run(row: &$0) }
            )
        }
        guard let run else { throw LoupeError.notFound("run") }
        return run
    }

    /// The newest completed run of the same work of a saved query that is not older than `notBefore` and whose result
    /// is still there. Never another query's or ad-hoc SQL's: not everybody who may run the query may read those.
    package func newest(
        of query: SavedQuery.ID,
        in organization: Organization.ID,
        fingerprint: [UInt8],
        notBefore: Timestamp
    ) async throws -> Run? {
        let now = surroundings.now()
        return try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(trusted: Run.columns) FROM \(trusted: Run.tables)
                WHERE r.org_id = \(organization) AND r.fingerprint = \(fingerprint) AND r.query_id = \(query)
                    AND r.status = 'completed'
                    AND r.result_id IS NOT NULL AND r.completed_at >= \(notBefore)
                    AND (r.expires_at IS NULL OR r.expires_at > \(now))
                ORDER BY r.completed_at DESC LIMIT 1
                """,
                as: { try Run(row: &$0) }
            )
        }
    }

    /// How many runs of the same datasource stand before a queued one, from 1; nil once it left the queue.
    package func queuePosition(of run: Run) async throws -> Int? {
        guard run.status == .queued else { return nil }
        return try await database.read { transaction in
            try transaction.count(
                """
                SELECT count(*) FROM runs WHERE datasource_id = \(run.datasourceID) AND status = 'queued'
                    AND created_at <= \(run.createdAt)
                """
            )
        }
    }

    /// One attempt as it was, for the run's own page.
    package struct Attempt: Sendable {
        package var number: Int
        package var runnerID: String
        package var startedAt: Timestamp
        package var completedAt: Timestamp?
        package var outcome: String?
        package var error: JSONValue?
    }

    package func attempts(of id: Run.ID, in organization: Organization.ID) async throws -> [Attempt] {
        try await database.read { transaction in
            try transaction.all(
                """
                SELECT attempt, runner_id, started_at, completed_at, outcome, error FROM run_attempts
                WHERE org_id = \(organization) AND run_id = \(id) ORDER BY attempt
                """
            ) { row in
                Attempt(
                    number: try row.int(),
                    runnerID: try row.text(),
                    startedAt: try row.timestamp(),
                    completedAt: try row.optionalTimestamp(),
                    outcome: try row.optionalText(),
                    error: try row.optionalJSON()
                )
            }
        }
    }
}

extension RunRepository.New {
    fileprivate var row: SQL {
        """
        (\(run.organizationID), \(run.id), \(run.queryID), \(run.queryName), \(run.datasourceID),
        \(run.datasourceRevision), \(sqlHash), \(run.parameters), \(JSONValue.array(bound.map(\.json))),
        \(run.timeZone), \(fingerprint), \(run.trigger), \(run.scheduleID), \(run.scheduledFor), \(run.priority),
        \(run.limits.timeoutSeconds), \(run.limits.maxRows), \(run.limits.maxBytes), \(run.state.maxAttempts),
        \(run.createdBy), \(run.createdAt))
        """
    }
}
