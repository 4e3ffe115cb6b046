/// Writes CSV fields into memory that its owner made large enough: twice the text and four bytes a field.
struct CSVWriter {
    private var at: UnsafeMutablePointer<UInt8>

    @inline(__always)
    init(_ start: UnsafeMutablePointer<UInt8>) {
        at = start
    }

    func count(from start: UnsafeMutablePointer<UInt8>) -> Int { at - start }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        at.pointee = byte
        at += 1
    }

    @inline(__always)
    mutating func copy(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard let source = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(at).copyMemory(from: source + range.lowerBound, byteCount: range.count)
        at += range.count
    }

    /// Text without escapes, quoted where it is empty or has a comma, quote or line end. `mark` puts a `'` before it.
    @inline(__always)
    mutating func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, mark: Bool) {
        var needsQuotes = range.isEmpty
        for position in range where CSVWriter.isSpecial(bytes[position]) {
            needsQuotes = true
            break
        }
        guard needsQuotes else {
            if mark { put(UInt8(ascii: "'")) }
            return copy(bytes, range)
        }
        put(UInt8(ascii: "\""))
        if mark { put(UInt8(ascii: "'")) }
        for position in range { putInQuotes(bytes[position]) }
        put(UInt8(ascii: "\""))
    }

    /// Text with JSON's escapes, which are resolved.
    mutating func escapedText(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, mark: Bool) {
        let start = at
        put(UInt8(ascii: "\""))
        if mark { put(UInt8(ascii: "'")) }
        var needsQuotes = false
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < range.upperBound else {
                needsQuotes = needsQuotes || CSVWriter.isSpecial(byte)
                put(byte)
                position += 1
                continue
            }
            let (scalar, length) = StringEscapes.resolve(bytes, position, end: range.upperBound)
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                needsQuotes = needsQuotes || CSVWriter.isSpecial(unit)
                putInQuotes(unit)
            }
            position += length
        }
        if needsQuotes { return put(UInt8(ascii: "\"")) }
        // The opening quote was not needed after all.
        let length = at - start - 1
        UnsafeMutableRawPointer(start).copyMemory(from: start + 1, byteCount: length)
        at = start + length
    }

    @inline(__always)
    private mutating func putInQuotes(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") { put(byte) }
        put(byte)
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
}
