import Foundation
import GRDBSQLite
import LoupeCore

extension SQLValue {
    /// Binds the value; SQLite's result code. Throws `validationFailed` for text that neither store can hold.
    func bind(to statement: OpaquePointer, at index: CInt) throws -> CInt {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .double(let number): sqlite3_bind_double(statement, index, number)
        case .boolean(let flag): sqlite3_bind_int64(statement, index, flag ? 1 : 0)
        case .timestamp(let time): sqlite3_bind_int64(statement, index, time.milliseconds)
        case .uuid(let uuid): uuid.withLowercaseText { SQLValue.bindText($0, to: statement, at: index) }
        case .text(let text), .json(let text): try SQLValue.bind(text, to: statement, at: index)
        case .bytes(let bytes):
            bytes.withUnsafeBytes { raw in
                // A null pointer would bind NULL, not no bytes.
                guard let start = raw.baseAddress, !raw.isEmpty else {
                    return sqlite3_bind_zeroblob(statement, index, 0)
                }
                return sqlite3_bind_blob64(statement, index, start, UInt64(raw.count), copied)
            }
        }
    }

    private static func bind(_ text: String, to statement: OpaquePointer, at index: CInt) throws -> CInt {
        var text = text
        return try text.withUTF8 { bytes in
            try refuseNUL(bytes)
            return bindText(bytes, to: statement, at: index)
        }
    }

    private static func bindText(
        _ bytes: UnsafeBufferPointer<UInt8>,
        to statement: OpaquePointer,
        at index: CInt
    ) -> CInt {
        guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
        return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            sqlite3_bind_text64(statement, index, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
        }
    }

    /// PostgreSQL cannot store NUL in text and SQLite's functions stop at it, so neither is asked to.
    static func refuseNUL(_ text: UnsafeBufferPointer<UInt8>) throws {
        if let start = text.baseAddress, memchr(start, 0, text.count) != nil {
            throw LoupeError(.validationFailed, "text must not contain the NUL character (U+0000)")
        }
    }
}

/// `SQLITE_TRANSIENT`, which its macro's cast keeps from being imported: SQLite copies what is bound.
private var copied: sqlite3_destructor_type? {
    unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
}
