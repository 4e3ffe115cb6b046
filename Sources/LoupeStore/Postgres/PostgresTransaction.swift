import LoupeCore
import LoupePostgres

/// A transaction on one connection. BEGIN travels with the first statement, so it costs no round trip of its own.
final class PostgresTransaction: Transaction {
    enum Mode {
        case readWrite
        case readOnly

        var begin: String {
            switch self {
            case .readWrite: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
            case .readOnly: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            }
        }
    }

    let dialect = Dialect.postgres
    private let session: PostgresSession
    private let mode: Mode
    private var isBegun = false

    private init(_ session: PostgresSession, _ mode: Mode) {
        self.session = session
        self.mode = mode
    }

    /// Commits when `body` returns and rolls back when it throws.
    static func run<Value>(
        _ session: PostgresSession,
        _ mode: Mode,
        progress: CommitProgress = CommitProgress(),
        _ body: (any Transaction) throws -> Value
    ) throws -> Value {
        let transaction = PostgresTransaction(session, mode)
        let value: Value
        do {
            value = try body(transaction)
        } catch {
            transaction.rollBack()
            throw error
        }
        try transaction.commit(progress)
        return value
    }

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        try PostgresStoreRow.each(of: try send(sql), body)
    }

    func execute(_ sql: SQL) throws -> Int {
        try send(sql).affectedRows
    }

    private func send(_ sql: SQL) throws -> PostgresResult {
        let values = try sql.values.map(PostgresValue.init(store:))
        guard !isBegun else { return try session.execute(sql.text, values) }
        isBegun = true
        // Once a connection by itself, so that the next time it is prepared and goes along.
        guard try session.isPrepared(sql.text, values) else { return try beginApart(sql.text, values) }
        do {
            let statement = PostgresStatement(sql.text, values)
            return try session.pipeline([PostgresStatement(mode.begin), statement])[1]
        } catch let error as PostgresError where Self.isStale(error) {
            // `execute` forgets what it prepared and has the transaction run again.
            return try beginApart(sql.text, values)
        }
    }

    private func beginApart(_ sql: String, _ values: [PostgresValue]) throws -> PostgresResult {
        _ = try session.execute(mode.begin)
        return try session.execute(sql, values)
    }

    /// 0A000: a cached plan must not change its result type; 26000: there is no such prepared statement.
    private static func isStale(_ error: PostgresError) -> Bool {
        error.sqlState == "0A000" || error.sqlState == "26000"
    }

    private func commit(_ progress: CommitProgress) throws {
        guard isBegun else { return }
        progress.sendCommit()
        let tag = try session.execute("COMMIT").commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(sqlState: "25P02", message: "a statement had failed, and the transaction hid it")
        }
    }

    private func rollBack() {
        guard session.transactionStatus != .idle else { return }
        do {
            _ = try session.execute("ROLLBACK")
        } catch {
            session.close()  // what the server does not roll back, it rolls back when the connection ends
        }
    }
}
