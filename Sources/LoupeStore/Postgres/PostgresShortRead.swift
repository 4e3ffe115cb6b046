import LoupeCore
import LoupePostgres

/// A read's first try: one statement outside any transaction.
final class PostgresShortRead: Transaction {
    let dialect = Dialect.postgres
    private let session: PostgresSession
    private let isKnownAsLong: (String) -> Bool
    private var first: String?
    /// The first statement of a read that needs a transaction: what was read so far does not count.
    private(set) var outgrown: String?

    init(_ session: PostgresSession, isKnownAsLong: @escaping (String) -> Bool) {
        self.session = session
        self.isKnownAsLong = isKnownAsLong
    }

    private struct NeedsTransaction: Error {}

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        try PostgresStoreRow.each(of: try send(sql), body)
    }

    /// A statement that may write is left to the read-only transaction, which refuses it.
    func execute(_ sql: SQL) throws -> Int {
        throw outgrow(first ?? sql.text)
    }

    private func send(_ sql: SQL) throws -> PostgresResult {
        guard outgrown == nil, first == nil, sql.text.hasPrefix("SELECT"), !isKnownAsLong(sql.text) else {
            throw outgrow(first ?? sql.text)
        }
        first = sql.text
        return try session.execute(sql.text, try sql.values.map(PostgresValue.init(store:)))
    }

    private func outgrow(_ statement: String) -> NeedsTransaction {
        outgrown = statement
        return NeedsTransaction()
    }
}
