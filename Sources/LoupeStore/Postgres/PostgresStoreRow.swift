import Foundation
import LoupeCore
import LoupePostgres

/// A row of a whole answer, its columns read in binary.
struct PostgresStoreRow: Row {
    private let result: PostgresResult
    private let row: Int

    static func each(of result: PostgresResult, _ body: (any Row) throws -> Void) throws {
        for row in 0..<result.rowCount { try body(PostgresStoreRow(result: result, row: row)) }
    }

    func isNull(_ column: Int) -> Bool { result.isNull(row, column) }
    func integer(_ column: Int) throws -> Int64 { try translated { try result.int8(row, column) } }
    func double(_ column: Int) throws -> Double { try translated { try result.double(row, column) } }
    func boolean(_ column: Int) throws -> Bool { try translated { try result.boolean(row, column) } }
    func text(_ column: Int) throws -> String { try translated { try result.text(row, column) } }
    func uuid(_ column: Int) throws -> UUID { try translated { try result.uuid(row, column) } }
    func timestamp(_ column: Int) throws -> Timestamp { try translated { try result.timestamp(row, column) } }
    func bytes(_ column: Int) throws -> [UInt8] { try translated { try result.byteArray(row, column) } }

    private func translated<Value>(_ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch let error as PostgresDecodingError {
            throw StoreDecodingError(column: error.column, expected: error.expected)
        }
    }
}

extension PostgresValue {
    /// Throws `validationFailed` for text that neither store can hold.
    init(store value: SQLValue) throws {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .int8(number)
        case .double(let number): self = .double(number)
        case .boolean(let flag): self = .boolean(flag)
        case .text(let text): self = .text(try PostgresValue.checked(text))
        case .json(let text): self = .json(try PostgresValue.checked(text))
        case .uuid(let uuid): self = .uuid(uuid)
        case .timestamp(let time): self = .timestamptz(time)
        case .bytes(let bytes): self = .bytes(bytes)
        }
    }

    private static func checked(_ text: String) throws -> String {
        var text = text
        try text.withUTF8(SQLValue.refuseNUL)
        return text
    }
}
