import GRDBSQLite
import LoupeCore

/// A compiled statement with its values, stepped row by row. Lives and dies on its connection's thread.
final class SQLiteCursor {
    let handle: SQLiteHandle
    let statement: OpaquePointer
    let columnCount: Int32
    private(set) var isDone = false

    /// Compiles the one statement of `sql`, which only reads, or throws `QueryFailure`.
    init(_ sql: PlaceholderSQL, on handle: SQLiteHandle) throws {
        self.handle = handle
        var (code, compiled, tail) = SQLiteCursor.compile(sql.text, on: handle)
        if code & 0xFF == SQLITE_SCHEMA {
            // A wrong statement that reads no table, the first on its connection: SQLite has not read the schema yet and
            // blames that. Whatever keeps it from being read, the second try says.
            _ = sqlite3_exec(handle.database, "SELECT count(*) FROM sqlite_schema", nil, nil, nil)
            (code, compiled, tail) = SQLiteCursor.compile(sql.text, on: handle)
        }
        do {
            guard code == SQLITE_OK else { throw SQLiteCursor.failure(code, in: sql, on: handle) }
            guard let compiled else {
                throw SQLProblem(.empty, "There is no statement", at: sql.position(ofByte: 0)).failure
            }
            try SQLiteCursor.check(compiled, tail: tail, in: sql)
            statement = compiled
            columnCount = sqlite3_column_count(compiled)
        } catch {
            sqlite3_finalize(compiled)
            throw error
        }
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// The result code, the statement where it compiled, and where the text goes on after it.
    private static func compile(_ text: String, on handle: SQLiteHandle) -> (Int32, OpaquePointer?, Int) {
        handle.authorizer.reset()
        var compiled: OpaquePointer?
        var tail = 0
        var text = text
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var rest: UnsafePointer<CChar>?
                let start = characters.baseAddress
                let code = sqlite3_prepare_v3(handle.database, start, Int32(characters.count), 0, &compiled, &rest)
                if let rest, let start { tail = rest - start }
                return code
            }
        }
        return (code, compiled, tail)
    }

    /// Moves to the next row; false after the last. Throws `SQLiteFailure`.
    func step() throws -> Bool {
        guard !isDone else { return false }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            isDone = true
            return false
        case let code:
            isDone = true
            throw handle.failure(code)
        }
    }

    private static func check(_ statement: OpaquePointer, tail: Int, in sql: PlaceholderSQL) throws {
        let rest = SQLLexer.tokens(of: Array(sql.text.utf8.dropFirst(tail)), flavour: .sqlite)
        let bytes = Array(sql.text.utf8)
        let next = rest.first { token in
            token.isSignificant && bytes[tail + token.range.lowerBound] != UInt8(ascii: ";")
        }
        if let next {
            let place = sql.position(ofByte: tail + next.range.lowerBound)
            throw SQLProblem(.multipleStatements, "Only one statement runs at a time", at: place).failure
        }
        guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
            let message = "This statement is refused: Loupe only reads"
            throw SQLProblem(.notReadOnly, message, at: start(of: sql)).failure
        }
    }

    private static func failure(_ code: Int32, in sql: PlaceholderSQL, on handle: SQLiteHandle) -> QueryFailure {
        let failure = handle.failure(code)
        guard failure.primary == SQLITE_AUTH || handle.authorizer.denial != nil, let denied = handle.authorizer.denial
        else { return failure.failure(in: sql) }
        let name = sql.source.tokens.first { sql.source.text(of: $0).lowercased() == denied }
        let place = name.map { sql.source.position(ofByte: $0.range.lowerBound) } ?? start(of: sql)
        let code: SQLProblem.Code = name == nil ? .notReadOnly : .functionRefused
        return SQLProblem(code, "\(denied) is refused: Loupe only reads", at: place).failure
    }

    private static func start(of sql: PlaceholderSQL) -> SQLPosition {
        sql.source.position(ofByte: sql.source.tokens.first(where: \.isSignificant)?.range.lowerBound ?? 0)
    }
}
