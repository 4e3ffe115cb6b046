package import Foundation
package import LoupeCore

/// A statement with its values apart: every interpolated value is bound, none is pasted into the text.
///
///     "SELECT \(columns: SavedQuery.columns) FROM queries WHERE org_id = \(organization) AND id = \(id)"
///
/// Placeholders are `$1`, `$2` … in order, which both stores read the same.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String
    package private(set) var values: [SQLValue]

    package init(stringLiteral value: String) {
        text = value
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    /// Joins two parts; the second's placeholders are numbered on.
    package static func + (left: SQL, right: SQL) -> SQL {
        "\(left)\(right)"
    }

    package static func += (left: inout SQL, right: SQL) {
        left = left + right
    }

    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var text = ""
        var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ value: SQLValue) {
            values.append(value)
            text += "$\(values.count)"
        }

        package mutating func appendInterpolation<Entity>(_ id: Identifier<Entity>) {
            appendInterpolation(SQLValue.uuid(id.uuid))
        }

        package mutating func appendInterpolation<Entity>(_ id: Identifier<Entity>?) {
            appendInterpolation(id.map { SQLValue.uuid($0.uuid) } ?? .null)
        }

        package mutating func appendInterpolation(_ text: String) {
            appendInterpolation(SQLValue.text(text))
        }

        package mutating func appendInterpolation(_ text: String?) {
            appendInterpolation(text.map(SQLValue.text) ?? .null)
        }

        package mutating func appendInterpolation(_ number: Int) {
            appendInterpolation(SQLValue.integer(Int64(number)))
        }

        package mutating func appendInterpolation(_ number: Int?) {
            appendInterpolation(number.map { SQLValue.integer(Int64($0)) } ?? .null)
        }

        package mutating func appendInterpolation(_ flag: Bool) {
            appendInterpolation(SQLValue.boolean(flag))
        }

        package mutating func appendInterpolation(_ time: Timestamp) {
            appendInterpolation(SQLValue.timestamp(time))
        }

        package mutating func appendInterpolation(_ time: Timestamp?) {
            appendInterpolation(time.map(SQLValue.timestamp) ?? .null)
        }

        package mutating func appendInterpolation(_ bytes: [UInt8]) {
            appendInterpolation(SQLValue.bytes(bytes))
        }

        package mutating func appendInterpolation(_ bytes: [UInt8]?) {
            appendInterpolation(bytes.map(SQLValue.bytes) ?? .null)
        }

        package mutating func appendInterpolation(_ json: JSONValue) {
            appendInterpolation(SQLValue.json(json.canonicalText))
        }

        package mutating func appendInterpolation(_ json: JSONValue?) {
            appendInterpolation(json.map { SQLValue.json($0.canonicalText) } ?? .null)
        }

        package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value)
        where Value.RawValue == String {
            appendInterpolation(SQLValue.text(value.rawValue))
        }

        package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value?)
        where Value.RawValue == String {
            appendInterpolation(value.map { SQLValue.text($0.rawValue) } ?? .null)
        }

        /// A list of bound values, comma-separated, without parentheses. It must not be empty.
        package mutating func appendInterpolation(list: [SQLValue]) {
            precondition(!list.isEmpty, "an empty list is not SQL")
            for (index, value) in list.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(value)
            }
        }

        /// Parts with values of their own, comma-separated: the rows of a `VALUES`. There must be one.
        package mutating func appendInterpolation(rows: [SQL]) {
            precondition(!rows.isEmpty, "no rows are not SQL")
            for (index, row) in rows.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(row)
            }
        }

        /// A part with values of its own.
        package mutating func appendInterpolation(_ part: SQL) {
            var rest = part.text.utf8[...]
            for value in part.values {
                // Placeholders stand in the order of their values, each once; a lone `$` is text.
                guard let mark = rest.firstPlaceholder else { preconditionFailure("a part lost its placeholder") }
                text += String(rest[..<mark.lowerBound]) ?? ""
                appendInterpolation(value)
                rest = rest[mark.upperBound...]
            }
            text += String(rest) ?? ""
        }

        /// Text of the program's own: a column list or a keyword from a closed set, never anything from outside.
        package mutating func appendInterpolation(trusted: StaticString) {
            text += trusted.description
        }
    }
}

extension Substring.UTF8View {
    /// The first `$` with digits after it.
    fileprivate var firstPlaceholder: Range<Index>? {
        var start = startIndex
        while let mark = self[start...].firstIndex(of: UInt8(ascii: "$")) {
            let digits = self[index(after: mark)...].prefix { (48...57).contains($0) }
            if !digits.isEmpty { return mark..<digits.endIndex }
            start = index(after: mark)
        }
        return nil
    }
}

/// A value to bind, with the type that PostgreSQL is told.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case text(String)
    /// Canonical JSON text, for a `json` column.
    case json(String)
    case uuid(UUID)
    case timestamp(Timestamp)
    case bytes([UInt8])
}
