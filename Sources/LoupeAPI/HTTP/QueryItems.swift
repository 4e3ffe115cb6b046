package import LoupeCore

/// The items of a request's query string, decoded. Of an item named twice the first counts.
package struct QueryItems: Sendable {
    private let items: [(name: String, value: String)]

    static let none = QueryItems(items: [])

    private init(items: [(name: String, value: String)]) {
        self.items = items
    }

    /// Throws `badRequest` for a broken escape, text that is not UTF-8, or NUL.
    init(_ query: Substring?) throws(LoupeError) {
        guard let query, !query.isEmpty else {
            self = .none
            return
        }
        var items: [(name: String, value: String)] = []
        for part in query.split(separator: "&") {
            let equals = part.utf8.firstIndex(of: UInt8(ascii: "="))
            let rawName = part[..<(equals ?? part.endIndex)]
            let rawValue = equals.map { part[part.utf8.index(after: $0)...] } ?? ""
            guard let name = RequestTarget.decode(rawName, plusIsSpace: true),
                let value = RequestTarget.decode(rawValue, plusIsSpace: true)
            else { throw LoupeError(.badRequest, "the query string is not well-formed") }
            items.append((name, value))
        }
        self.items = items
    }

    package subscript(name: String) -> String? {
        for item in items where item.name == name { return item.value }
        return nil
    }

    /// A whole number, moved into the range where it lies outside.
    package func integer(_ name: String, clampedTo range: ClosedRange<Int>) throws(LoupeError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text) else { throw QueryItems.bad(name, "must be a whole number") }
        return min(max(number, range.lowerBound), range.upperBound)
    }

    /// A whole number within the range.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(LoupeError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw QueryItems.bad(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`; a name alone (`?refresh`) is true.
    package func flag(_ name: String) throws(LoupeError) -> Bool? {
        switch self[name] {
        case nil: return nil
        case "", "true", "1": return true
        case "false", "0": return false
        default: throw QueryItems.bad(name, "must be true or false")
        }
    }

    package func id<Entity>(_ name: String, of _: Entity.Type = Entity.self) throws(LoupeError) -> Identifier<Entity>? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let id = Identifier<Entity>(text) else { throw QueryItems.bad(name, "is not a UUID") }
        return id
    }

    /// RFC 3339. The `+` of an offset that was not escaped arrives as a space.
    package func time(_ name: String) throws(LoupeError) -> Timestamp? {
        guard let text = self[name], !text.isEmpty else { return nil }
        let offset = text.split(separator: " ", omittingEmptySubsequences: false)
        let repaired = text.contains("T") && offset.count == 2 ? offset.joined(separator: "+") : text
        guard let time = Timestamp(rfc3339: repaired) else {
            throw QueryItems.bad(name, "is not a time such as 2026-01-31T09:30:00Z")
        }
        return time
    }

    package func oneOf<Value>(_ name: String, _: Value.Type = Value.self) throws(LoupeError) -> Value?
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        guard let text = self[name], !text.isEmpty else { return nil }
        return try QueryItems.word(name, text)
    }

    /// Words between commas.
    package func listOf<Value>(_ name: String, _: Value.Type = Value.self) throws(LoupeError) -> [Value]
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        var values: [Value] = []
        for text in (self[name] ?? "").split(separator: ",") { values.append(try QueryItems.word(name, String(text))) }
        return values
    }

    private static func word<Value>(_ name: String, _ text: String) throws(LoupeError) -> Value
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw bad(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    static func bad(_ name: String, _ message: String) -> LoupeError {
        LoupeError(
            .badRequest,
            "\(name): \(message)",
            details: [LoupeError.Detail(field: name, message: message)]
        )
    }
}
