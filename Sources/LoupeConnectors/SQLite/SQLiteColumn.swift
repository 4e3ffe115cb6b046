import GRDBSQLite
import LoupeCore

/// What is known of a column before its values: the type of the table's column that it shows, if any.
struct SQLiteColumn {
    let name: String
    /// As declared; empty for an expression.
    let declared: String
    /// Nil for an expression: its first values tell.
    let kind: ValueKind?

    init(_ cursor: SQLiteCursor, index: Int32) {
        name = sqlite3_column_name(cursor.statement, index).map { String(cString: $0) } ?? ""
        declared = sqlite3_column_decltype(cursor.statement, index).map { String(cString: $0) } ?? ""
        kind = SQLiteColumn.kind(declared: declared)
    }

    /// The kind that a declared type promises. SQLite stores what it is given all the same, so a value of another class
    /// is written as it is. https://sqlite.org/datatype3.html for the order of the rules.
    static func kind(declared: String) -> ValueKind? {
        let type = declared.uppercased()
        guard !type.isEmpty else { return nil }
        if type.contains("BOOL") { return .boolean }
        if type.contains("JSON") { return .json }
        if type.contains("TIMESTAMPTZ") || type.contains("WITH TIME ZONE") { return .timestamptz }
        if type.contains("DATETIME") || type.contains("TIMESTAMP") { return .timestamp }
        if type.hasPrefix("DATE") { return .date }
        if type.hasPrefix("TIME") { return .time }
        if type.contains("INT") { return .integer }
        if type.contains("UUID") { return .uuid }
        if ["CHAR", "CLOB", "TEXT", "STRING"].contains(where: type.contains) { return .text }
        if type.contains("BLOB") { return .bytes }
        if ["REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"].contains(where: type.contains) { return .float }
        return .text
    }
}

/// The storage classes seen in a column of an expression.
struct SeenClasses: OptionSet {
    let rawValue: Int

    static let integer = SeenClasses(rawValue: 1)
    static let float = SeenClasses(rawValue: 2)
    static let text = SeenClasses(rawValue: 4)
    static let blob = SeenClasses(rawValue: 8)

    mutating func note(_ type: Int32) {
        switch type {
        case SQLITE_INTEGER: insert(.integer)
        case SQLITE_FLOAT: insert(.float)
        case SQLITE_TEXT: insert(.text)
        case SQLITE_BLOB: insert(.blob)
        default: break
        }
    }

    /// One class alone, or numbers of both, give a kind; anything else is text, as is a column of NULLs.
    var kind: ValueKind {
        switch self {
        case .integer: .integer
        case .float, [.integer, .float]: .float
        case .blob: .bytes
        default: .text
        }
    }
}
