extension Cell {
    /// The database's own text of the cell, appended: strings without quotes and escapes, numbers and JSON as they
    /// stand. A NULL appends nothing. In a column that holds JSON (`isJSON`) strings keep their quotes.
    func appendText(of bytes: UnsafeRawBufferPointer, isJSON: Bool, to text: inout [UInt8]) {
        switch form {
        case .null: break
        case .literal: text.append(contentsOf: bytes[range])
        case .json: text.append(contentsOf: bytes[trimmed(bytes)])
        case .plainString,
            .escapedString where isJSON:
            text.append(contentsOf: bytes[isJSON ? range.lowerBound - 1..<range.upperBound + 1 : range])
        case .escapedString: StringEscapes.append(bytes, range, to: &text)
        }
    }

    /// The range without the space around a JSON value.
    func trimmed(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
        var range = range
        while let first = range.first, bytes[first] <= 0x20 { range = first + 1..<range.upperBound }
        while let last = range.last, bytes[last] <= 0x20 { range = range.lowerBound..<last }
        return range
    }
}
