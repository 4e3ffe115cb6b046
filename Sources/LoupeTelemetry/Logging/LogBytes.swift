import Logging

extension [UInt8] {
    /// Appends text with what is invisible or breaks lines escaped as in JSON: C0 and C1 controls, DEL, the Unicode line
    /// separators; and the backslash, so that the escapes can be told from the text.
    mutating func appendEscaped(_ text: String, quotes: Bool = false) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            var at = 0
            while at < bytes.count {
                let (scalar, length) = Self.escapee(in: bytes, at: at, quotes: quotes)
                if let scalar {
                    append(contentsOf: bytes[start..<at])
                    appendEscape(scalar)
                    start = at + length
                }
                at += length
            }
            append(contentsOf: bytes[start...])
        }
    }

    /// Appends a JSON string.
    mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text, quotes: true)
        append(UInt8(ascii: "\""))
    }

    /// The character to escape at a place of UTF-8 text, or nil, and how many bytes to go on by.
    private static func escapee(
        in bytes: UnsafeBufferPointer<UInt8>,
        at: Int,
        quotes: Bool
    ) -> (scalar: UInt16?, length: Int) {
        switch bytes[at] {
        case 0..<0x20, 0x7F, UInt8(ascii: "\\"): return (UInt16(bytes[at]), 1)
        case UInt8(ascii: "\"") where quotes: return (UInt16(bytes[at]), 1)
        case 0xC2 where bytes[at + 1] < 0xA0: return (UInt16(bytes[at + 1]), 2)
        case 0xE2 where bytes[at + 1] == 0x80 && (bytes[at + 2] == 0xA8 || bytes[at + 2] == 0xA9):
            return (0x2000 + UInt16(bytes[at + 2] & 0x3F), 3)
        default: return (nil, 1)
        }
    }

    private mutating func appendEscape(_ scalar: UInt16) {
        append(UInt8(ascii: "\\"))
        switch scalar {
        case 0x22, 0x5C: append(UInt8(scalar))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append(UInt8(ascii: "u"))
            for shift in [12, 8, 4, 0] as [UInt16] {
                let digit = UInt8(scalar >> shift & 15)
                append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            }
        }
    }
}

extension [UInt8] {
    /// A value of the text format: bare where that is unambiguous, else quoted; lists and dictionaries as JSON.
    mutating func appendTextValue(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendBareOrQuoted(text)
        case .stringConvertible(let convertible): appendBareOrQuoted(convertible.description)
        case .array, .dictionary: appendJSONValue(value)
        }
    }

    mutating func appendJSONValue(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendQuoted(text)
        case .stringConvertible(let number as any FixedWidthInteger): append(contentsOf: number.description.utf8)
        case .stringConvertible(let flag as Bool): append(contentsOf: flag.description.utf8)
        case .stringConvertible(let convertible): appendQuoted(convertible.description)
        case .dictionary(let members): appendJSONObject(members.sorted { $0.key < $1.key })
        case .array(let elements):
            append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSONValue(element)
            }
            append(UInt8(ascii: "]"))
        }
    }

    mutating func appendJSONObject(_ members: [(key: String, value: Logger.MetadataValue)]) {
        append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendQuoted(member.key)
            append(UInt8(ascii: ":"))
            appendJSONValue(member.value)
        }
        append(UInt8(ascii: "}"))
    }

    private mutating func appendBareOrQuoted(_ text: String) {
        let isBare =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if isBare { appendEscaped(text) } else { appendQuoted(text) }
    }
}
