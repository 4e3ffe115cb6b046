import GRDB
import GRDBSQLite
import LoupeCore

/// Statements on one of GRDB's connections, on its queue.
struct SQLiteTransaction: Transaction {
    let dialect = Dialect.sqlite
    private let database: GRDB.Database

    init(_ database: GRDB.Database) {
        self.database = database
    }

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        let statement = try prepare(sql)
        defer { reset(statement) }
        let row = SQLiteRow(statement.sqliteStatement)
        while true {
            switch sqlite3_step(statement.sqliteStatement) {
            case SQLITE_ROW: try body(row)
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    func execute(_ sql: SQL) throws -> Int {
        try forEach(sql) { _ in }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    private func prepare(_ sql: SQL) throws -> GRDB.Statement {
        var statement = try database.cachedStatement(sql: sql.text)
        // The same statement inside its own `forEach` needs a copy, or it would start over.
        if sqlite3_stmt_busy(statement.sqliteStatement) != 0 {
            statement = try database.makeStatement(sql: sql.text)
        }
        do {
            for (index, value) in sql.values.enumerated() {
                let code = try value.bind(to: statement.sqliteStatement, at: CInt(index + 1))
                guard code == SQLITE_OK else { throw failure() }
            }
        } catch {
            reset(statement)
            throw error
        }
        return statement
    }

    /// Bindings are cleared so that a cached statement does not keep a chunk's bytes.
    private func reset(_ statement: GRDB.Statement) {
        sqlite3_reset(statement.sqliteStatement)
        sqlite3_clear_bindings(statement.sqliteStatement)
    }

    private func failure() -> any Error {
        let code = sqlite3_extended_errcode(database.sqliteConnection)
        let message = String(cString: sqlite3_errmsg(database.sqliteConnection))
        guard let conflict = SQLiteConflict(code: code, message: message) else {
            return LoupeError.sqlite(code: code, message: message)
        }
        return LoupeError(conflict: conflict.named { (try? uniqueKeys(of: $0)) ?? [:] })  // a name less in the log
    }

    /// The names of a table's unique keys by their columns, as a failure tells only the columns.
    private func uniqueKeys(of table: String) throws -> [String: String] {
        let keys: SQL = """
            SELECT list.name, (SELECT group_concat(\(table) || '.' || name, ', ') FROM pragma_index_info(list.name))
            FROM pragma_index_list(\(table)) AS list WHERE list."unique"
            """
        let names = try all(keys) { row in (try row.text(), try row.optionalText() ?? "") }
        return Dictionary(names.map { ($1, $0) }) { first, _ in first }
    }
}
