package import LoupeCore

extension ScheduleRepository {
    /// Queues a run of a schedule that a person asked for.
    package func trigger(_ new: RunRepository.New, of id: Schedule.ID) async throws {
        let run = new.run
        try await database.write { transaction in
            let count = try transaction.execute(
                """
                UPDATE schedules AS o SET last_run_at = \(run.createdAt) WHERE \(Self.isHere(id, run.organizationID))
                """
            )
            guard count == 1 else { throw LoupeError.notFound("schedule") }
            try RunRepository.insert(new, into: transaction)
        }
    }

    /// Tells a schedule how one of its runs ended. A cancelled run is neither a failure nor a success.
    static func runEnded(
        _ run: Run.ID,
        _ status: RunStatus,
        of schedule: Schedule.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE schedule_outcomes SET outcome = \(status), completed_at = \(now)
            WHERE org_id = \(organization) AND run_id = \(run)
            """
        )
        let failures: SQL
        switch status {
        case .completed: failures = "0"
        case .failed, .timeout: failures = "consecutive_failures + 1"
        case .cancelled, .queued, .running: return
        }
        try transaction.execute(
            """
            UPDATE schedules SET consecutive_failures = \(failures)
            WHERE org_id = \(organization) AND id = \(schedule)
            """
        )
    }
}
