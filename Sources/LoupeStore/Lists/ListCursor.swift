package import Foundation
package import LoupeCore

/// Where a page ended: the last row's sort value, in full, and its id. It holds the order too, as it means nothing in
/// another. Nobody gains by forging one: its values are bound, and the organization never comes from it.
package struct ListCursor: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case null
        case text(String)
        case time(Timestamp)
        case number(Int64)

        var bound: SQLValue {
            switch self {
            case .null: .null
            case .text(let text): .text(text)
            case .time(let time): .timestamp(time)
            case .number(let number): .integer(number)
            }
        }
    }

    package let sort: String
    package let direction: SortDirection
    package let value: Value
    package let id: UUID

    /// URL-safe base64 of `[sort, direction, value, id]`, a time as its milliseconds, a number in a list of its own.
    package var text: String {
        let json: JSONValue = [
            .string(sort), .string(direction.rawValue), value.json, .string(Identifier<Void>(id).description),
        ]
        return Data(json.canonicalText.utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// Reads a cursor of that order. Throws `badRequest` for any other text.
    package init(_ text: String, sort: ListSort, direction: SortDirection) throws {
        guard let cursor = ListCursor(text) else { throw LoupeError(.badRequest, "cursor: not a cursor of this list") }
        guard cursor.sort == sort.name, cursor.direction == direction, cursor.value.fits(sort) else {
            throw LoupeError(.badRequest, "cursor: made for another order")
        }
        self = cursor
    }

    package init(sort: String, direction: SortDirection, value: Value, id: UUID) {
        self.sort = sort
        self.direction = direction
        self.value = value
        self.id = id
    }

    private init?(_ text: String) {
        guard text.utf8.count <= 8192 else { return nil }
        let base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding),
            let json = try? JSONValue(parsing: Array(data)),  // whatever is wrong with it, it is no cursor
            case .array(let parts) = json, parts.count == 4,
            case .string(let sort) = parts[0],
            case .string(let directionName) = parts[1], let direction = SortDirection(rawValue: directionName),
            let value = Value(json: parts[2]),
            case .string(let idText) = parts[3], let id = Identifier<Void>(idText)
        else { return nil }
        self.init(sort: sort, direction: direction, value: value, id: id.uuid)
    }
}

extension ListCursor.Value {
    fileprivate var json: JSONValue {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .time(let time): .number(String(time.milliseconds))
        case .number(let number): [.number(String(number))]
        }
    }

    fileprivate init?(json: JSONValue) {
        switch json {
        case .null: self = .null
        case .string(let text) where !text.utf8.contains(0): self = .text(text)
        case .number(let digits):
            // Within the years that PostgreSQL can hold.
            guard let milliseconds = Int64(digits), milliseconds.magnitude < 1 << 47 else { return nil }
            self = .time(Timestamp(milliseconds: milliseconds))
        case .array(let list):
            guard list.count == 1, case .number(let digits) = list[0], let number = Int64(digits) else { return nil }
            self = .number(number)
        default: return nil
        }
    }

    fileprivate func fits(_ sort: ListSort) -> Bool {
        switch (self, sort.kind) {
        case (.null, _): sort.isNullable
        case (.text, .text), (.time, .time), (.number, .number): true
        default: false
        }
    }
}
