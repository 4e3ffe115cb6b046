import GRDBSQLite

/// What a statement may do, asked by SQLite while it compiles: an allow-list. `sqlite3_stmt_readonly` alone is true for
/// ATTACH, BEGIN and some PRAGMAs.
///
/// One a connection, on its thread only.
final class SQLiteAuthorizer {
    /// The first thing denied since `reset`.
    private(set) var denial: String?

    func reset() {
        denial = nil
    }

    /// For `sqlite3_set_authorizer`, whose context is the authorizer; the connection keeps it alive.
    static let callback:
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            UnsafePointer<CChar>?
        ) -> Int32 = { context, action, first, second, _, _ in
            guard let context else { return SQLITE_DENY }
            let authorizer = Unmanaged<SQLiteAuthorizer>.fromOpaque(context).takeUnretainedValue()
            let refused = SQLiteAuthorizer.refusal(
                of: action,
                first: first.map { String(cString: $0).lowercased() } ?? "",
                second: second.map { String(cString: $0).lowercased() } ?? ""
            )
            guard let refused else { return SQLITE_OK }
            authorizer.denial = authorizer.denial ?? refused
            return SQLITE_DENY
        }

    /// Nil where it is allowed; else what is refused.
    private static func refusal(of action: Int32, first: String, second: String) -> String? {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: nil
        case SQLITE_READ: isReadable(first) ? nil : first
        case SQLITE_FUNCTION: SQLiteFunctions.allowed.contains(second) ? nil : second
        case SQLITE_PRAGMA: pragmas.contains(first) ? nil : "PRAGMA \(first)"
        case SQLITE_ATTACH, SQLITE_DETACH: "ATTACH"
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE: isOpeningVirtualTable(first) ? nil : "A change of data"
        default: "This statement"
        }
    }

    /// To open a virtual table, SQLite compiles a change of the schema, and an R*Tree its own changes; they are not run. A
    /// person's statement of that kind fails as one that writes, and the file is open for reading only.
    private static func isOpeningVirtualTable(_ table: String) -> Bool {
        table == "sqlite_master" || ["_node", "_rowid", "_parent"].contains(where: table.hasSuffix)
    }

    /// Of the tables that SQLite itself offers, those that show pages, statements and state are not.
    private static func isReadable(_ table: String) -> Bool {
        if table.hasPrefix("pragma_") { return pragmas.contains(String(table.dropFirst(7))) }
        return !internalTables.contains(table)
    }

    private static let internalTables: Set<String> = [
        "bytecode", "completion", "dbstat", "fsdir", "sqlite_dbpage", "sqlite_memstat", "sqlite_stmt", "tables_used",
        "zipfile",
    ]

    /// They read the schema; `data_version` is asked by full-text search on its own.
    private static let pragmas: Set<String> = [
        "collation_list", "data_version", "database_list", "foreign_key_list", "function_list", "index_info",
        "index_list", "index_xinfo", "table_info", "table_list", "table_xinfo",
    ]
}
