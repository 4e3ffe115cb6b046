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

    private mutating func next<Value>(_ read: (Int) throws -> Value) rethrows -> Value {
        defer { column += 1 }
        return try read(column)
    }

    private mutating func optional<Value>(_ read: (Int) throws -> Value) rethrows -> Value? {
        defer { column += 1 }
        return row.isNull(column) ? nil : try read(column)
    }

    package mutating func integer() throws -> Int64 { try next(row.integer) }
    package mutating func int() throws -> Int { Int(try next(row.integer)) }
    package mutating func double() throws -> Double { try next(row.double) }
    package mutating func boolean() throws -> Bool { try next(row.boolean) }
    package mutating func text() throws -> String { try next(row.text) }
    package mutating func id<Entity>(_: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        Identifier(try next(row.uuid))
    }
    package mutating func uuid() throws -> UUID { try next(row.uuid) }
    package mutating func timestamp() throws -> Timestamp { try next(row.timestamp) }
    package mutating func bytes() throws -> [UInt8] { try next(row.bytes) }

    package mutating func optionalInteger() throws -> Int64? { try optional(row.integer) }
    package mutating func optionalInt() throws -> Int? { try optional { Int(try row.integer($0)) } }
    package mutating func optionalDouble() throws -> Double? { try optional(row.double) }
    package mutating func optionalBoolean() throws -> Bool? { try optional(row.boolean) }
    package mutating func optionalText() throws -> String? { try optional(row.text) }
    package mutating func optionalID<Entity>(_: Entity.Type = Entity.self) throws -> Identifier<Entity>? {
        try optional { Identifier(try row.uuid($0)) }
    }
    package mutating func optionalUUID() throws -> UUID? { try optional(row.uuid) }
    package mutating func optionalTimestamp() throws -> Timestamp? { try optional(row.timestamp) }
    package mutating func optionalBytes() throws -> [UInt8]? { try optional(row.bytes) }

    /// Stored canonical JSON text, parsed.
    package mutating func json() throws -> JSONValue {
        let at = column
        guard let value = try? JSONValue(parsing: try text()) else {  // the cause is in the column, not the parser
            throw StoreDecodingError(column: at, expected: "JSON")
        }
        return value
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
