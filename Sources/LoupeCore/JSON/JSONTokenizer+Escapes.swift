extension JSONTokenizer {
    /// Resolves `\n`, `\u00e9` and surrogate pairs; a lone surrogate is an error, as text with one cannot be stored.
    func unescape(_ range: Range<Int>) throws -> String {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var at = range.lowerBound
        while at < range.upperBound {
            guard bytes[at] == UInt8(ascii: "\\") else {
                text.append(bytes[at])
                at += 1
                continue
            }
            guard at + 1 < range.upperBound else { throw bad(at) }
            switch bytes[at + 1] {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[at + 1])
            case UInt8(ascii: "u"):
                at = try unicode(at, end: range.upperBound, into: &text)
                continue
            default: throw bad(at)
            }
            at += 2
        }
        guard let string = String(validating: text, as: UTF8.self) else {
            throw Failure(message: "a string is not valid UTF-8", offset: range.lowerBound)
        }
        return string
    }

    private func bad(_ at: Int) -> Failure {
        Failure(message: "a bad escape in a string", offset: at)
    }

    /// Reads `\uXXXX`, or the pair of a surrogate, at `at`; returns the offset after it.
    private func unicode(_ at: Int, end: Int, into text: inout [UInt8]) throws -> Int {
        let first = try hex(at, end: end)
        if let scalar = Unicode.Scalar(first) {
            text.append(contentsOf: String(scalar).utf8)
            return at + 6
        }
        guard (0xD800..<0xDC00).contains(first), at + 7 < end, bytes[at + 6] == UInt8(ascii: "\\"),
            bytes[at + 7] == UInt8(ascii: "u")
        else { throw bad(at) }
        let second = try hex(at + 6, end: end)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw bad(at) }
        text.append(contentsOf: String(scalar).utf8)
        return at + 12
    }

    private func hex(_ at: Int, end: Int) throws -> UInt32 {
        guard at + 6 <= end, bytes[at + 2..<at + 6].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: bytes[at + 2..<at + 6], as: UTF8.self), radix: 16)
        else { throw bad(at) }
        return value
    }
}
