package import LoupeCore

/// What the scheduler does, for all organizations at once.
extension ScheduleRepository {
    /// Schedules whose time has come, the longest waiting first.
    package func due(at now: Timestamp, limit: Int) async throws -> [DueSchedule] {
        try await schedules("o.next_run_at <= \(now) ORDER BY o.next_run_at", limit: limit)
    }

    /// Enabled schedules without a next time: they were taken out of the bin, or came from elsewhere.
    package func unplanned(limit: Int) async throws -> [DueSchedule] {
        try await schedules("o.next_run_at IS NULL", limit: limit)
    }

    private func schedules(_ condition: SQL, limit: Int) async throws -> [DueSchedule] {
        let statement: SQL = """
            SELECT \(DueSchedule.columns) FROM \(DueSchedule.tables)
            WHERE o.enabled AND o.deleted_at IS NULL AND \(condition) LIMIT \(limit)
            """
        return try await database.read { try $0.all(statement, as: DueSchedule.init(row:)) }
    }

    /// When the next schedule is due; nil where none is.
    package func nextDue() async throws -> Timestamp? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT next_run_at FROM schedules WHERE enabled AND deleted_at IS NULL AND next_run_at IS NOT NULL
                ORDER BY next_run_at LIMIT 1
                """,
                as: { try $0.timestamp() }
            )
        }
    }

    /// What comes of a due time.
    package enum Decision: Sendable {
        case run(RunRepository.New)
        /// The run before is still going.
        case passOver(reason: String)
        /// It cannot become a run, which counts as a failure.
        case fail(reason: String)
        /// It can never be due again.
        case disable(reason: String)
        /// Its next time is computed, nothing is due.
        case plan
    }

    package struct Settlement: Sendable {
        package let schedule: DueSchedule
        package let decision: Decision
        /// Its next time.
        package let next: Timestamp?

        package init(schedule: DueSchedule, decision: Decision, next: Timestamp?) {
            self.schedule = schedule
            self.decision = decision
            self.next = next
        }
    }

    /// Makes due times into runs, all in one transaction; how many runs. Of several schedulers at once one alone gets
    /// each time: the first that moves the schedule on to its next.
    package func settle(_ settlements: [Settlement], at now: Timestamp) async throws -> Int {
        try await database.write { transaction in
            var count = 0
            for settlement in settlements {
                guard try Self.settle(settlement, at: now, transaction) else { continue }
                if case .run = settlement.decision { count += 1 }
            }
            return count
        }
    }

    private static func settle(
        _ settlement: Settlement,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Bool {
        let due = settlement.schedule
        let isPassed =
            try transaction.count(
                """
                SELECT count(*) FROM schedule_outcomes WHERE org_id = \(due.organizationID) AND schedule_id = \(due.id)
                AND scheduled_for = \(due.dueAt)
                """
            ) > 0
        // A clock that was set back makes a time come twice; it was dealt with the first time.
        let decision = isPassed ? .plan : settlement.decision
        let wasDue: SQL = due.dueAt.map { "next_run_at = \($0)" } ?? "next_run_at IS NULL"
        let count = try transaction.execute(
            """
            UPDATE schedules SET next_run_at = \(settlement.next), \(change(decision, at: now))
            WHERE org_id = \(due.organizationID) AND id = \(due.id) AND enabled AND deleted_at IS NULL AND \(wasDue)
            """
        )
        guard count == 1 else { return false }
        if let dueAt = due.dueAt { try record(decision, of: due, dueAt, at: now, transaction) }
        return !isPassed
    }

    private static func change(_ decision: Decision, at now: Timestamp) -> SQL {
        switch decision {
        case .run: "last_run_at = \(now), skipped_reason = NULL"
        case .passOver(let reason): "skipped_reason = \(reason)"
        case .fail(let reason):
            "skipped_reason = \(reason), consecutive_failures = consecutive_failures + 1"
        case .disable(let reason): "skipped_reason = \(reason), enabled = \(false), version = version + 1"
        case .plan: "skipped_reason = NULL"
        }
    }

    private static func record(
        _ decision: Decision,
        of due: DueSchedule,
        _ dueAt: Timestamp,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        switch decision {
        case .run(let new):
            try RunRepository.insert(new, into: transaction)
            try record("enqueued", of: due, dueAt, run: new.run.id, at: now, transaction)
        case .passOver(let reason), .fail(let reason), .disable(let reason):
            try record("skipped", reason, of: due, dueAt, at: now, transaction)
            try forgetSkipped(of: due, before: now - skippedLifetime, transaction)
        case .plan: break
        }
    }

    private static func record(
        _ outcome: String,
        _ reason: String? = nil,
        of due: DueSchedule,
        _ dueAt: Timestamp,
        run: Run.ID? = nil,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO schedule_outcomes (org_id, schedule_id, scheduled_for, outcome, reason, run_id, created_at,
            completed_at)
            VALUES (\(due.organizationID), \(due.id), \(dueAt), \(outcome), \(reason), \(run), \(now),
            \(run == nil ? now : nil))
            """
        )
    }

    /// Other outcomes go with their runs.
    private static func forgetSkipped(
        of due: DueSchedule,
        before limit: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            DELETE FROM schedule_outcomes WHERE org_id = \(due.organizationID) AND schedule_id = \(due.id)
            AND scheduled_for < \(limit) AND outcome = 'skipped'
            """
        )
    }

    private static let skippedLifetime = Duration.seconds(90 * 86_400)
}
