package import LoupeCore

extension DatasourceRepository {
    /// Runs that a deleted datasource left behind, for their signals.
    package struct Orphans: Hashable, Sendable {
        /// They were queued and have failed.
        package var ended: [Run.ID] = []
        /// They are running and were asked to stop.
        package var stopping: [Run.ID] = []
    }

    /// Removes a datasource: its secret is wiped, its results are marked for the sweeper, its queued runs fail, its running
    /// ones are asked to stop, and all keep its name. With `cascade`, the queries on it go to the bin, and what stands on
    /// them; else it throws `conflict` with what uses it. Throws `preconditionFailed` where `version` is given and is
    /// not the stored one.
    package static func delete(
        _ id: Datasource.ID,
        version: Int? = nil,
        cascade: Bool = false,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Orphans {
        var condition = isHere(id, organization)
        if let version { condition += " AND o.version = \(version)" }
        // First, so that no query can be saved on it between the check and the end.
        let count = try transaction.execute(
            """
            UPDATE datasources AS o SET deleted_at = \(now), deleted_by = \(user), updated_at = \(now),
            version = version + 1, sealed_connection = \([UInt8]())
            WHERE \(condition)
            """
        )
        guard count == 1 else {
            _ = try find(id, in: organization, transaction)
            throw LoupeError.stale("datasource")
        }
        let its: SQL = "org_id = \(organization) AND datasource_id = \(id)"
        let usage = try UsageRepository.users(of: .datasource, id.uuid, in: organization, transaction)
        guard cascade || usage.total == 0 else { throw LoupeError.inUse(.datasource, usage) }
        let move = Bin.Move(organization: organization, user: user, now: now)
        try Bin.putChildren(of: .datasource, [id.uuid], move, transaction)
        try transaction.execute(
            """
            UPDATE results SET deleted_at = \(now) WHERE org_id = \(organization) AND deleted_at IS NULL
            AND run_id IN (SELECT id FROM runs WHERE \(its))
            """
        )
        try SchemaCacheRepository.forget(id, in: organization, transaction)
        try ObjectRows.forget(.datasource, id.uuid, in: organization, transaction)
        return try abandonRuns(its, of: organization, at: now, transaction)
    }

    @discardableResult
    package func delete(
        _ id: Datasource.ID,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws -> Orphans {
        try await database.write { try Self.delete(id, by: user, in: organization, at: now, $0) }
    }

    private static func abandonRuns(
        _ its: SQL,
        of organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Orphans {
        var orphans = Orphans()
        orphans.ended = try failQueued(its, of: organization, at: now, transaction)
        try transaction.execute(
            """
            UPDATE runs SET cancel_requested_at = \(now)
            WHERE \(its) AND status = 'running' AND cancel_requested_at IS NULL
            """
        )
        orphans.stopping = try transaction.all("SELECT id FROM runs WHERE \(its) AND status = 'running'") {
            try $0.id()
        }
        return orphans
    }

    /// Fails the queued runs that `its` selects; which.
    static func failQueued(
        _ its: SQL,
        of organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> [Run.ID] {
        // Claims change many runs at once, as this does.
        try transaction.dialect.lockClaims(transaction)
        let queued: [(Run.ID, RunState, Schedule.ID?)] = try transaction.all(
            "SELECT id, attempt, max_attempts, schedule_id FROM runs WHERE \(its) AND status = 'queued'"
        ) { row in
            (try row.id(), RunState(attempt: try row.int(), maxAttempts: try row.int()), try row.optionalID())
        }
        let error = QueryFailure(code: "datasource_gone", message: "The datasource was deleted.")
        return try queued.compactMap { id, state, schedule in
            guard let next = state.after(.expire) else { return nil }
            let changed = try transaction.execute(
                """
                UPDATE runs SET status = \(next.status), completed_at = \(now), not_before = NULL, error = \(error.json)
                WHERE org_id = \(organization) AND id = \(id) AND status = 'queued'
                """
            )
            guard changed == 1 else { return nil }
            try RunRepository.recordEvent(id, of: organization, next.status, at: now, in: transaction)
            if let schedule {
                try ScheduleRepository.runEnded(id, next.status, of: schedule, in: organization, at: now, transaction)
            }
            return id
        }
    }
}
