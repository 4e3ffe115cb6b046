/// The metadata store: SQLite or PostgreSQL behind one face.
///
/// A body is synchronous on purpose: no await, network or hashing inside a transaction. GRDB would let other tasks'
/// statements in between, and one hop a transaction instead of one a statement saves 10–15 µs each.
package protocol Database: Sendable {
    var dialect: Dialect { get }

    /// A read-only transaction that sees one moment. The body may run again, as on PostgreSQL a read of one statement
    /// needs no BEGIN and COMMIT, and only a second statement shows that it is not one.
    func read<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value

    /// A transaction that commits when the body returns and rolls back when it throws. The body may run again after a
    /// serialization failure or deadlock, so it changes nothing but the database. PostgreSQL runs it `READ COMMITTED`:
    /// what a change depends on stands in its WHERE, or was read with `dialect.forUpdate`.
    @discardableResult
    func write<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value

    func close() async
}

/// One transaction's statements. Valid in its body only. Throws `LoupeError`: `conflict` for a unique key or a row
/// still referred to, `unavailable` where the store cannot be reached.
package protocol Transaction {
    var dialect: Dialect { get }

    /// Runs a statement and hands each row to `body` as it comes; the row is valid for the call only.
    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws

    /// Runs a statement without rows; the number of rows that it changed.
    @discardableResult
    func execute(_ sql: SQL) throws -> Int
}

extension Transaction {
    /// Every row, decoded.
    package func all<Value>(_ sql: SQL, as decode: (inout RowReader) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try forEach(sql) { row in
            var reader = RowReader(row)
            values.append(try decode(&reader))
        }
        return values
    }

    /// The first row, decoded; nil where there is none. The statement should say `LIMIT 1` unless a key does.
    package func first<Value>(_ sql: SQL, as decode: (inout RowReader) throws -> Value) throws -> Value? {
        var value: Value?
        try forEach(sql) { row in
            guard value == nil else { return }
            var reader = RowReader(row)
            value = try decode(&reader)
        }
        return value
    }

    /// The one integer of a `SELECT count(*)` and its like; 0 where there is no row.
    package func count(_ sql: SQL) throws -> Int {
        try first(sql) { row in Int(try row.integer()) } ?? 0
    }
}
