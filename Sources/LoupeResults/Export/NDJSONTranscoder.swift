import LoupeCore

/// An object a line, its values as they stand in the stored rows.
struct NDJSONTranscoder: RowTranscoder {
    let head: [UInt8] = []
    let tail: [UInt8] = []
    /// `{"id":`, `,"name":` …
    private let keys: [[UInt8]]

    init(columns: [ResultColumn]) {
        keys = columns.enumerated().map { index, column in
            var key: [UInt8] = [UInt8(ascii: index == 0 ? "{" : ",")]
            var text = column.key
            text.withUTF8 { key.appendJSONString(UnsafeRawBufferPointer($0)) }
            key.append(UInt8(ascii: ":"))
            return key
        }
    }

    func rows(of chunk: DecodedChunk, isFirst: Bool) -> [UInt8] {
        let rowBytes = keys.reduce(4) { $0 + $1.count }
        return chunk.lines.withUnsafeBytes { bytes in
            var text: [UInt8] = []
            text.reserveCapacity(bytes.count + rowBytes * chunk.rowCount)
            for row in 0..<chunk.rowCount {
                append(bytes, row: chunk.row(row), to: &text)
            }
            return text
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer, row: Range<Int>, to text: inout [UInt8]) {
        if keys.isEmpty { text.append(UInt8(ascii: "{")) }
        var cells = CellScanner(bytes, row: row)
        for key in keys {
            guard let cell = cells.next() else { break }
            text.append(contentsOf: key)
            text.append(contentsOf: bytes[cell.jsonRange(bytes)])
        }
        text.append(UInt8(ascii: "}"))
        text.append(0x0A)
    }
}

extension Cell {
    /// The whole JSON value, with the quotes of a string.
    @inline(__always)
    fileprivate func jsonRange(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
        switch form {
        case .null, .literal: range
        case .plainString, .escapedString: range.lowerBound - 1..<range.upperBound + 1
        case .json: trimmed(bytes)
        }
    }
}
