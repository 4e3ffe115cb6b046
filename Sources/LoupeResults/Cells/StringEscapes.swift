/// Resolves the escapes of JSON strings byte by byte.
enum StringEscapes {
    /// The text between a string's quotes, appended. A lone surrogate, which no database text holds, becomes U+FFFD.
    static func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, to text: inout [UInt8]) {
        var at = range.lowerBound
        while at < range.upperBound {
            guard bytes[at] == UInt8(ascii: "\\"), at + 1 < range.upperBound else {
                text.append(bytes[at])
                at += 1
                continue
            }
            let (scalar, length) = resolve(bytes, at, end: range.upperBound)
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            at += length
        }
    }

    /// The character that the escape at `at` stands for, and the escape's length.
    static func resolve(_ bytes: UnsafeRawBufferPointer, _ at: Int, end: Int) -> (Unicode.Scalar, length: Int) {
        switch bytes[at + 1] {
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "b"): return ("\u{08}", 2)
        case UInt8(ascii: "f"): return ("\u{0C}", 2)
        case UInt8(ascii: "u"): return unicode(bytes, at, end: end)
        default: return (Unicode.Scalar(bytes[at + 1]), 2)
        }
    }

    private static func unicode(_ bytes: UnsafeRawBufferPointer, _ at: Int, end: Int) -> (Unicode.Scalar, length: Int) {
        guard let first = unit(bytes, at, end: end) else { return ("\u{FFFD}", min(6, end - at)) }
        if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
        guard first < 0xDC00, let second = unit(bytes, at + 6, end: end), (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return ("\u{FFFD}", 6) }
        return (scalar, 12)
    }

    /// The four digits of `\uXXXX` at `at`.
    private static func unit(_ bytes: UnsafeRawBufferPointer, _ at: Int, end: Int) -> UInt32? {
        guard at + 6 <= end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { return nil }
        var value: UInt32 = 0
        for digit in bytes[at + 2..<at + 6] {
            guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(number)
        }
        return value
    }
}
