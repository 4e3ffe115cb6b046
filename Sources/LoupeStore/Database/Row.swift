package import Foundation
package import LoupeCore

/// One row of an answer, its columns by index. A column of another type or an unexpected NULL throws
/// `StoreDecodingError`: the statement and the code that reads it disagree, which is a bug.
package protocol Row {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) throws -> Int64
    func double(_ column: Int) throws -> Double
    func boolean(_ column: Int) throws -> Bool
    func text(_ column: Int) throws -> String
    func uuid(_ column: Int) throws -> UUID
    func timestamp(_ column: Int) throws -> Timestamp
    func bytes(_ column: Int) throws -> [UInt8]
}

/// A column that was not what the code expected.
package struct StoreDecodingError: Error, CustomStringConvertible {
    package let column: Int
    package let expected: String

    package init(column: Int, expected: String) {
        self.column = column
        self.expected = expected
    }

    package var description: String { "column \(column) is not \(expected)" }
}

/// Reads a row's columns in the order in which the statement lists them.
package struct RowReader {
    private let row: any Row
    private var column = 0

    package init(_ row: any Row) {
        self.row = row
    }

    private mutating func next() -> Int {
        defer { column += 1 }
        return column
    }

    /// The next column, or nil (and past it) where it is NULL.
    private mutating func nextUnlessNull() -> Int? {
        let column = next()
        return row.isNull(column) ? nil : column
    }

    package mutating func integer() throws -> Int64 { try row.integer(next()) }
    package mutating func int() throws -> Int { Int(try integer()) }
    package mutating func double() throws -> Double { try row.double(next()) }
    package mutating func boolean() throws -> Bool { try row.boolean(next()) }
    package mutating func text() throws -> String { try row.text(next()) }
    package mutating func id<Entity>(_: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        Identifier(try uuid())
    }
    package mutating func uuid() throws -> UUID { try row.uuid(next()) }
    package mutating func timestamp() throws -> Timestamp { try row.timestamp(next()) }
    package mutating func bytes() throws -> [UInt8] { try row.bytes(next()) }

    package mutating func optionalInteger() throws -> Int64? { try nextUnlessNull().map(row.integer) }
    package mutating func optionalInt() throws -> Int? { try optionalInteger().map(Int.init) }
    package mutating func optionalDouble() throws -> Double? { try nextUnlessNull().map(row.double) }
    package mutating func optionalBoolean() throws -> Bool? { try nextUnlessNull().map(row.boolean) }
    package mutating func optionalText() throws -> String? { try nextUnlessNull().map(row.text) }
    package mutating func optionalID<Entity>(_: Entity.Type = Entity.self) throws -> Identifier<Entity>? {
        try optionalUUID().map(Identifier.init)
    }
    package mutating func optionalUUID() throws -> UUID? { try nextUnlessNull().map(row.uuid) }
    package mutating func optionalTimestamp() throws -> Timestamp? { try nextUnlessNull().map(row.timestamp) }
    package mutating func optionalBytes() throws -> [UInt8]? { try nextUnlessNull().map(row.bytes) }

    /// Stored canonical JSON text, parsed.
    package mutating func json() throws -> JSONValue {
        let at = column
        guard let value = try? JSONValue(parsing: try text()) else {  // the cause is in the column, not the parser
            throw StoreDecodingError(column: at, expected: "JSON")
        }
        return value
    }

    /// Stored JSON text, an array of strings.
    package mutating func strings() throws -> [String] {
        let at = column
        guard case .array(let values) = try json() else { throw StoreDecodingError(column: at, expected: "an array") }
        return try values.map { value in
            guard case .string(let text) = value else { throw StoreDecodingError(column: at, expected: "strings") }
            return text
        }
    }

    package mutating func optionalJSON() throws -> JSONValue? {
        guard !row.isNull(column) else {
            column += 1
            return nil
        }
        return try json()
    }

    /// A closed set stored as its text.
    package mutating func `enum`<Value: RawRepresentable>(_: Value.Type = Value.self) throws -> Value
    where Value.RawValue == String {
        let at = column
        guard let value = Value(rawValue: try text()) else {
            throw StoreDecodingError(column: at, expected: "\(Value.self)")
        }
        return value
    }
}
