/// Reads JSON (RFC 8259) token by token without recursion, so that no depth of nesting can exhaust a stack.
///
/// The whole grammar is checked; numbers are handed out as text, strings as ranges. Foundation's parser stops at depth
/// 512, which libpg_query's trees of ordinary SQL exceed.
package struct JSONTokenizer {
    package enum Token: Equatable {
        case beginObject
        case endObject
        case beginArray
        case endArray
        /// A member's name; `string(in:)` reads it.
        case key(Range<Int>)
        case string(Range<Int>)
        case number(Range<Int>)
        case boolean(Bool)
        case null
    }

    /// What is wrong with the text and at which byte.
    package struct Failure: Error, Equatable {
        package let message: String
        package let offset: Int
    }

    private enum Expected {
        case value
        case valueOrEnd
        case keyOrEnd
        case key
        case separator
        case end
    }

    package let bytes: [UInt8]
    package private(set) var offset = 0
    private let maximumDepth: Int
    /// One entry an open container: true for an object.
    private var containers: [Bool] = []
    private var expected = Expected.value

    package init(_ bytes: [UInt8], maximumDepth: Int = .max) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    package var depth: Int { containers.count }

    /// The next token, or nil after the end of the one value; throws `Failure` where the text is not JSON.
    package mutating func next() throws -> Token? {
        skipSpace()
        if expected == .separator { try separator() }
        guard offset < bytes.count else {
            guard expected == .end else { throw failure("the text ends too early") }
            return nil
        }
        switch expected {
        case .end: throw failure("something follows the value")
        case .keyOrEnd where bytes[offset] == UInt8(ascii: "}"): return close(.endObject)
        case .valueOrEnd where bytes[offset] == UInt8(ascii: "]"): return close(.endArray)
        case .separator: return close(containers.last == true ? .endObject : .endArray)
        case .keyOrEnd, .key: return try key()
        case .value, .valueOrEnd: return try value()
        }
    }

    /// The text of a `key` or `string` token, with its escapes resolved.
    package func string(in range: Range<Int>) throws -> String {
        let raw = bytes[range]
        guard raw.contains(UInt8(ascii: "\\")) else {
            guard let text = String(validating: raw, as: UTF8.self) else {
                throw Failure(message: "a string is not valid UTF-8", offset: range.lowerBound)
            }
            return text
        }
        return try unescape(range)
    }

    private func failure(_ message: String) -> Failure {
        Failure(message: message, offset: offset)
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    /// Passes a comma and says what may follow; leaves a closing bracket for `close`.
    private mutating func separator() throws {
        guard let isObject = containers.last else {
            expected = .end
            return
        }
        guard offset < bytes.count else { throw failure("the text ends too early") }
        if bytes[offset] == UInt8(ascii: ",") {
            offset += 1
            skipSpace()
            expected = isObject ? .key : .value
        } else if bytes[offset] != UInt8(ascii: isObject ? "}" : "]") {
            throw failure("a comma or the end of the \(isObject ? "object" : "array") is missing")
        }
    }

    private mutating func close(_ token: Token) -> Token {
        offset += 1
        containers.removeLast()
        expected = .separator
        return token
    }

    private mutating func open(_ token: Token, isObject: Bool) throws -> Token {
        guard containers.count < maximumDepth else { throw failure("nested deeper than \(maximumDepth)") }
        offset += 1
        containers.append(isObject)
        expected = isObject ? .keyOrEnd : .valueOrEnd
        return token
    }

    private mutating func key() throws -> Token {
        guard bytes[offset] == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
        let range = try quoted()
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else { throw failure("a colon is missing") }
        offset += 1
        expected = .value
        return .key(range)
    }

    private mutating func value() throws -> Token {
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try open(.beginObject, isObject: true)
        case UInt8(ascii: "["): return try open(.beginArray, isObject: false)
        case UInt8(ascii: "\""):
            let range = try quoted()
            expected = .separator
            return .string(range)
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ token: Token) throws -> Token {
        let length = text.utf8CodeUnitCount
        guard offset + length <= bytes.count,
            bytes[offset..<offset + length].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: length))
        else { throw failure("not a JSON value") }
        offset += length
        expected = .separator
        return token
    }

    /// Moves past a quoted string and returns the range between its quotes.
    private mutating func quoted() throws -> Range<Int> {
        let start = offset + 1
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                offset = at + 1
                return start..<at
            case UInt8(ascii: "\\"): at += 2
            case 0..<0x20:
                offset = at
                throw failure("a control character in a string is not escaped")
            default: at += 1
            }
        }
        throw failure("a string does not end")
    }

    private mutating func number() throws -> Token {
        let start = offset
        var at = offset
        func digits() -> Int {
            let from = at
            while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
            return at - from
        }
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let leadingZero = at < bytes.count && bytes[at] == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !(leadingZero && whole > 1) else { throw failure("not a JSON value") }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { throw failure("a number has no digit after its point") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { throw failure("a number has no digit in its exponent") }
        }
        offset = at
        expected = .separator
        return .number(start..<at)
    }
}
