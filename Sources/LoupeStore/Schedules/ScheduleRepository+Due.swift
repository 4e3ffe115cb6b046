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
}
