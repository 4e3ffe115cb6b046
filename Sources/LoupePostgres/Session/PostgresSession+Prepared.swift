extension PostgresSession {
    /// Whether the connection holds this statement prepared, as `execute` leaves it; `pipeline` prepares nothing itself.
    package func isPrepared(_ sql: String, _ values: [PostgresValue]) throws -> Bool {
        guard statements.isEnabled else { return false }
        return statements.name(of: StatementCache.Key(sql: sql, types: try PostgresParameters(values).types)) != nil
    }
}
