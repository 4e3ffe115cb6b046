package import LoupeCore

extension ScheduleRepository {
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
            let settling = Settling(transaction: transaction, now: now)
            return try settling.settle(settlements)
        }
    }
}

/// The statements of one batch: runs go in by a fixed number of statements, however many they are.
private struct Settling {
    typealias Settlement = ScheduleRepository.Settlement

    let transaction: any Transaction
    let now: Timestamp

    private static let skippedLifetime = Duration.seconds(90 * 86_400)

    func settle(_ settlements: [Settlement]) throws -> Int {
        let passed = try passed(settlements)
        var runs: [(Settlement, RunRepository.New)] = []
        for settlement in settlements {
            if passed.contains(settlement.schedule.id) {
                // A clock that was set back makes a time come twice; it was dealt with the first time.
                _ = try move(settlement, change(.plan))
            } else if case .run(let new) = settlement.decision {
                runs.append((settlement, new))
            } else if try move(settlement, change(settlement.decision)) {
                try skip(settlement)
            }
        }
        return try start(runs)
    }

    /// The schedules whose due time became something before.
    private func passed(_ settlements: [Settlement]) throws -> Set<Schedule.ID> {
        let times: [SQL] = settlements.compactMap { settlement in
            let due = settlement.schedule
            return due.dueAt.map { "(\(due.organizationID), \(due.id), \($0))" }
        }
        guard !times.isEmpty else { return [] }
        return Set(
            try transaction.all(
                """
                SELECT schedule_id FROM schedule_outcomes
                WHERE (org_id, schedule_id, scheduled_for) IN (VALUES \(rows: times))
                """
            ) { try $0.id() }
        )
    }

    /// Moves a schedule on to its next time; false where somebody else was faster, or changed it.
    private func move(_ settlement: Settlement, _ change: SQL) throws -> Bool {
        let due = settlement.schedule
        let wasDue: SQL = due.dueAt.map { "next_run_at = \($0)" } ?? "next_run_at IS NULL"
        return try transaction.execute(
            """
            UPDATE schedules SET next_run_at = \(settlement.next), \(change)
            WHERE org_id = \(due.organizationID) AND id = \(due.id) AND enabled AND deleted_at IS NULL AND \(wasDue)
            """
        ) == 1
    }

    private func change(_ decision: ScheduleRepository.Decision) -> SQL {
        switch decision {
        case .run, .plan: "skipped_reason = NULL"
        case .passOver(let reason): "skipped_reason = \(reason)"
        case .fail(let reason): "skipped_reason = \(reason), consecutive_failures = consecutive_failures + 1"
        case .disable(let reason): "skipped_reason = \(reason), enabled = \(false), version = version + 1"
        }
    }

    // MARK: Times that become no run

    private func skip(_ settlement: Settlement) throws {
        let due = settlement.schedule
        guard let dueAt = due.dueAt, let reason = settlement.decision.reason else { return }
        try transaction.execute(
            """
            INSERT INTO schedule_outcomes (org_id, schedule_id, scheduled_for, outcome, reason, created_at, completed_at)
            VALUES (\(due.organizationID), \(due.id), \(dueAt), 'skipped', \(reason), \(now), \(now))
            """
        )
        // Other outcomes go with their runs.
        try transaction.execute(
            """
            DELETE FROM schedule_outcomes WHERE org_id = \(due.organizationID) AND schedule_id = \(due.id)
            AND scheduled_for < \(now - Settling.skippedLifetime) AND outcome = 'skipped'
            """
        )
    }

    // MARK: Runs

    private func start(_ runs: [(Settlement, RunRepository.New)]) throws -> Int {
        let mine = try moveAll(runs.map(\.0))
        let started = runs.filter { mine.contains($0.0.schedule.id) }
        guard !started.isEmpty else { return 0 }
        try RunRepository.insert(started.map(\.1), into: transaction)
        let outcomes: [SQL] = started.compactMap { settlement, new in
            let due = settlement.schedule
            return due.dueAt.map {
                "(\(due.organizationID), \(due.id), \($0), 'enqueued', \(new.run.id), \(now))"
            }
        }
        try transaction.execute(
            """
            INSERT INTO schedule_outcomes (org_id, schedule_id, scheduled_for, outcome, run_id, created_at)
            VALUES \(rows: outcomes)
            """
        )
        return started.count
    }

    /// Moves schedules on to their next times; those of which nobody else was faster.
    private func moveAll(_ settlements: [Settlement]) throws -> Set<Schedule.ID> {
        let moves: [SQL] = settlements.compactMap { settlement in
            let due = settlement.schedule
            guard let dueAt = due.dueAt, let next = settlement.next else { return nil }
            return "(\(due.organizationID), \(due.id), \(dueAt), \(next))"
        }
        guard !moves.isEmpty else { return [] }
        // Both stores name the columns of VALUES so.
        return Set(
            try transaction.all(
                """
                UPDATE schedules AS o SET next_run_at = m.column4, last_run_at = \(now), skipped_reason = NULL
                FROM (VALUES \(rows: moves)) AS m
                WHERE o.org_id = m.column1 AND o.id = m.column2 AND o.next_run_at = m.column3 AND o.enabled
                AND o.deleted_at IS NULL RETURNING id
                """
            ) { try $0.id() }
        )
    }
}

extension ScheduleRepository.Decision {
    fileprivate var reason: String? {
        switch self {
        case .passOver(let reason), .fail(let reason), .disable(let reason): reason
        case .run, .plan: nil
        }
    }
}
