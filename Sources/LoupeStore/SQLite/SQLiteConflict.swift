import GRDBSQLite

/// A refused row as SQLite tells it. The kind is the result code's; which key it was stands only in the message, which
/// is `UNIQUE constraint failed: table.column, table.column` or `CHECK constraint failed: name`.
struct SQLiteConflict {
    private let kind: StoreConflict.Kind
    private let code: CInt
    private let message: String

    /// Nil where the code is not that of a constraint.
    init?(code: CInt, message: String) {
        switch code {
        case SQLiteConflict.unique, SQLiteConflict.primaryKey, SQLiteConflict.rowID: kind = .unique
        case SQLiteConflict.foreignKey, SQLiteConflict.trigger: kind = .foreignKey
        case SQLiteConflict.check, SQLiteConflict.dataType: kind = .check
        case SQLiteConflict.notNull: kind = .notNull
        default: return nil
        }
        self.code = code
        self.message = message
    }

    /// The conflict with its key's name, looked up in the table's unique keys (name by `table.column, table.column`).
    func named(_ uniqueKeys: (_ table: String) -> [String: String]) -> StoreConflict {
        let subject = message.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init)
        return StoreConflict(
            kind: kind,
            constraint: kind == .unique ? subject.flatMap { name(ofKey: $0, uniqueKeys) } : subject,
            code: "SQLite \(code)",
            message: message
        )
    }

    private func name(ofKey columns: String, _ uniqueKeys: (String) -> [String: String]) -> String? {
        guard let table = columns.split(separator: ".").first else { return nil }
        if code != SQLiteConflict.unique { return "\(table)_pkey" }
        // An index on an expression is named in the message itself: index 'name'.
        if columns.hasPrefix("index '") { return columns.split(separator: "'").dropFirst().first.map(String.init) }
        return uniqueKeys(String(table))[columns]
    }

    // `SQLITE_CONSTRAINT | n << 8`, macros that are not imported.
    private static let check: CInt = 275
    private static let foreignKey: CInt = 787
    private static let notNull: CInt = 1299
    private static let primaryKey: CInt = 1555
    private static let trigger: CInt = 1811
    private static let unique: CInt = 2067
    private static let rowID: CInt = 2579
    private static let dataType: CInt = 3091
}
