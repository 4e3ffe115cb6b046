import Foundation
import GRDBSQLite
import LoupeCore

/// The row on which a statement stands, read straight from it.
struct SQLiteRow: Row {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL
    }

    func integer(_ column: Int) throws -> Int64 {
        try expect(column, "an integer", SQLITE_INTEGER)
        return sqlite3_column_int64(statement, CInt(column))
    }

    /// SQLite may give an integer for a computed whole number.
    func double(_ column: Int) throws -> Double {
        try expect(column, "a number", SQLITE_FLOAT, SQLITE_INTEGER)
        return sqlite3_column_double(statement, CInt(column))
    }

    func boolean(_ column: Int) throws -> Bool {
        try expect(column, "a boolean", SQLITE_INTEGER)
        return sqlite3_column_int64(statement, CInt(column)) != 0
    }

    func text(_ column: Int) throws -> String {
        String(decoding: try utf8(column, "text"), as: UTF8.self)
    }

    func uuid(_ column: Int) throws -> UUID {
        guard let uuid = UUID(text: try utf8(column, "a UUID")) else {
            throw StoreDecodingError(column: column, expected: "a UUID")
        }
        return uuid
    }

    func timestamp(_ column: Int) throws -> Timestamp {
        try expect(column, "a time", SQLITE_INTEGER)
        return Timestamp(milliseconds: sqlite3_column_int64(statement, CInt(column)))
    }

    func bytes(_ column: Int) throws -> [UInt8] {
        try expect(column, "bytes", SQLITE_BLOB)
        let start = sqlite3_column_blob(statement, CInt(column))
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// The column's bytes, valid until the statement moves on.
    private func utf8(_ column: Int, _ expected: String) throws -> UnsafeBufferPointer<UInt8> {
        try expect(column, expected, SQLITE_TEXT)
        let start = sqlite3_column_text(statement, CInt(column))
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, CInt(column))))
    }

    private func expect(_ column: Int, _ expected: String, _ types: CInt...) throws {
        guard types.contains(sqlite3_column_type(statement, CInt(column))) else {
            throw StoreDecodingError(column: column, expected: expected)
        }
    }
}
