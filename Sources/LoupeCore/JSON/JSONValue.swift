/// Any JSON value. Numbers keep the text they were written with, so that no digit is lost on the way through.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package static let maximumDepth = 64

    /// Reads one JSON value of at most 64 levels; of a member named twice the last counts.
    package init(parsing bytes: [UInt8]) throws(JSONTokenizer.Failure) {
        do {
            self = try JSONValue.parse(bytes)
        } catch let failure as JSONTokenizer.Failure {
            throw failure
        } catch {
            preconditionFailure("the tokenizer throws nothing else: \(error)")
        }
    }

    package init(parsing text: String) throws(JSONTokenizer.Failure) {
        try self.init(parsing: Array(text.utf8))
    }

    private enum Container {
        case array([JSONValue])
        case object([String: JSONValue], key: String)
    }

    private static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        var tokens = JSONTokenizer(bytes, maximumDepth: maximumDepth)
        var open: [Container] = []
        var result: JSONValue?
        while let token = try tokens.next() {
            let value: JSONValue
            switch token {
            case .beginArray:
                open.append(.array([]))
                continue
            case .beginObject:
                open.append(.object([:], key: ""))
                continue
            case .key(let range):
                guard case .object(let members, _)? = open.popLast() else { continue }
                open.append(.object(members, key: try tokens.string(in: range)))
                continue
            case .endArray, .endObject:
                switch open.removeLast() {
                case .array(let elements): value = .array(elements)
                case .object(let members, _): value = .object(members)
                }
            case .string(let range): value = .string(try tokens.string(in: range))
            case .number(let range): value = .number(String(decoding: bytes[range], as: UTF8.self))
            case .boolean(let flag): value = .boolean(flag)
            case .null: value = .null
            }
            switch open.popLast() {
            case .array(var elements):
                elements.append(value)
                open.append(.array(elements))
            case .object(var members, let key):
                members[key] = value
                open.append(.object(members, key: key))
            case nil: result = value
            }
        }
        guard let result else { throw JSONTokenizer.Failure(message: "the text ends too early", offset: bytes.count) }
        return result
    }

    /// Members sorted by name, no space: the form in which JSON is stored and hashed.
    package var canonicalText: String {
        var json = JSONWriter()
        json.value(self)
        return json.text
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
