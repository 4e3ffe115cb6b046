import LoupeCore
import LoupePostgres

extension PostgresDatabase: MigratableDatabase {
    /// An advisory lock of this number is Loupe's migrations ("loupe" in ASCII).
    private static var lock: Int { 0x6C_6F75_7065 }

    /// Under a transaction's own advisory lock, which works through a pooler too. Statements that run without a
    /// transaction are under a session's lock, for which the pool must lead to the server itself.
    package func migrate<Value: Sendable>(
        transactionally: Bool,
        _ body: @Sendable (any MigrationTransaction) throws -> Value
    ) async throws -> Value {
        try await trying { session, progress in
            if transactionally {
                return try PostgresTransaction.run(session, .readWrite, progress: progress) { transaction in
                    try transaction.forEach("SELECT pg_advisory_xact_lock(\(Self.lock))") { _ in }
                    return try body(PostgresMigrationTransaction(session))
                }
            }
            let key = PostgresValue.int8(Int64(Self.lock))
            _ = try session.execute("SELECT pg_advisory_lock($1)", [key])
            // Where unlocking fails the connection is lost, and the lock with it.
            defer { _ = try? session.execute("SELECT pg_advisory_unlock($1)", [key]) }
            return try body(PostgresMigrationTransaction(session))
        }
    }
}

/// Statements in whatever transaction the session is in, or in none.
struct PostgresMigrationTransaction: MigrationTransaction {
    let dialect = Dialect.postgres
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        try PostgresStoreRow.each(of: try send(sql), body)
    }

    func execute(_ sql: SQL) throws -> Int {
        try send(sql).affectedRows
    }

    func run(script: String) throws {
        for statement in Migration.statements(of: script) { _ = try session.executeText(statement) }
    }

    private func send(_ sql: SQL) throws -> PostgresResult {
        try session.execute(sql.text, try sql.values.map(PostgresValue.init(store:)))
    }
}
