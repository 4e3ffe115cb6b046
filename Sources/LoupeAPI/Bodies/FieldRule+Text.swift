import Foundation
package import LoupeCore

extension FieldRule where Value == String {
    /// Text of so many Unicode code points, without NUL, which neither store can hold.
    package static func text(_ length: ClosedRange<Int>, format: String? = nil) -> FieldRule {
        FieldRule(.text(length: length, format: format), placeholder: "") { json, path, problems in
            guard let text = string(json, path, problems) else { return nil }
            // No text of more bytes than four times its limit can be short enough: spares counting a megabyte.
            let count = text.utf8.count > length.upperBound * 4 ? Int.max : text.unicodeScalars.count
            guard length.contains(count) else {
                problems.add(.rule, path, FieldRule.lengthMessage(length, "characters"))
                return nil
            }
            return text
        }
    }

    /// Text of so many bytes of UTF-8.
    package static func text(bytes length: ClosedRange<Int>) -> FieldRule {
        FieldRule(.text(length: length, format: nil), placeholder: "") { json, path, problems in
            guard let text = string(json, path, problems) else { return nil }
            guard length.contains(text.utf8.count) else {
                problems.add(.rule, path, FieldRule.lengthMessage(length, "bytes"))
                return nil
            }
            return text
        }
    }

    /// A name for people: 1…255 characters, not all of them white space.
    package static var name: FieldRule {
        text(1...255).checked { text in
            text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? "must not be blank" : nil
        }
    }

    /// Something with one `@` and something on both sides: that mail arrives there only a mail can show.
    package static var email: FieldRule {
        text(3...255, format: "email").checked { text in
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && isPlain ? nil : "is not an e-mail address"
        }
    }

    private static func string(_ json: JSONValue, _ path: String, _ problems: Problems) -> String? {
        guard case .string(let text) = json else {
            problems.add(.form, path, "must be a string")
            return nil
        }
        guard !text.utf8.contains(0) else {
            problems.add(.rule, path, "must not contain a NUL character")
            return nil
        }
        return text
    }

    private static func lengthMessage(_ range: ClosedRange<Int>, _ unit: String) -> String {
        switch range.lowerBound {
        case 0: "must be at most \(range.upperBound) \(unit) long"
        default: "must be \(range.lowerBound) to \(range.upperBound) \(unit) long"
        }
    }
}

extension FieldRule {
    /// One of a closed set of words.
    package static func oneOf(_: Value.Type = Value.self) -> FieldRule
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        let names = Value.allCases.map(\.rawValue)
        return FieldRule(.oneOf(names), placeholder: Value.allCases[Value.allCases.startIndex]) {
            json,
            path,
            problems in
            guard case .string(let text) = json else {
                problems.add(.form, path, "must be a string")
                return nil
            }
            guard let value = Value(rawValue: text) else {
                problems.add(.rule, path, "must be one of \(names.joined(separator: ", "))")
                return nil
            }
            return value
        }
    }

    /// The id of something.
    package static func id<Entity>(_: Entity.Type = Entity.self) -> FieldRule where Value == Identifier<Entity> {
        FieldRule(
            .format("uuid"),
            placeholder: Identifier(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        ) { json, path, problems in
            guard case .string(let text) = json else {
                problems.add(.form, path, "must be a string")
                return nil
            }
            guard let id = Identifier<Entity>(text) else {
                problems.add(.rule, path, "is not a UUID")
                return nil
            }
            return id
        }
    }
}

extension FieldRule where Value == Timestamp {
    /// A moment as RFC 3339 writes it.
    package static var time: FieldRule {
        FieldRule(.format("date-time"), placeholder: Timestamp(milliseconds: 0)) { json, path, problems in
            guard case .string(let text) = json else {
                problems.add(.form, path, "must be a string")
                return nil
            }
            guard let time = Timestamp(rfc3339: text) else {
                problems.add(.rule, path, "is not a time such as 2026-01-31T09:30:00Z")
                return nil
            }
            return time
        }
    }
}
