import LoupeStore
import Synchronization

/// Writes down the statements that go through it.
final class RecordingDatabase: Database {
    private let database: any Database
    private let log = Mutex<[SQL]>([])

    init(_ database: any Database) {
        self.database = database
    }

    var dialect: Dialect { database.dialect }

    /// What ran since the last call.
    func takeStatements() -> [SQL] {
        log.withLock { statements in
            defer { statements = [] }
            return statements
        }
    }

    func read<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await database.read { try body(RecordingTransaction($0, self.record)) }
    }

    @discardableResult
    func write<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await database.write { try body(RecordingTransaction($0, self.record)) }
    }

    func close() async {
        await database.close()
    }

    private func record(_ statement: SQL) {
        log.withLock { $0.append(statement) }
    }
}

private struct RecordingTransaction: Transaction {
    private let transaction: any Transaction
    private let record: (SQL) -> Void

    init(_ transaction: any Transaction, _ record: @escaping (SQL) -> Void) {
        self.transaction = transaction
        self.record = record
    }

    var dialect: Dialect { transaction.dialect }

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        record(sql)
        try transaction.forEach(sql, body)
    }

    func execute(_ sql: SQL) throws -> Int {
        record(sql)
        return try transaction.execute(sql)
    }
}
