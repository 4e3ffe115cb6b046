import LoupeCore

/// RFC 4180 from JSON rows, byte by byte: a `String` a cell would make a million rows five times slower.
struct CSVTranscoder: RowTranscoder {
    let head: [UInt8]
    let tail: [UInt8] = []
    private let columns: [Column]
    private let isForSpreadsheet: Bool

    /// What matters of a column here.
    private struct Column {
        let isJSON: Bool
        let isNumeric: Bool
    }

    init(columns: [ResultColumn], isForSpreadsheet: Bool) {
        self.isForSpreadsheet = isForSpreadsheet
        self.columns = columns.map { column in
            Column(
                isJSON: column.kind == .json,
                isNumeric: [.integer, .decimal, .float].contains(column.kind)
            )
        }
        head = CSVTranscoder.header(columns, isForSpreadsheet)
    }

    func rows(of chunk: DecodedChunk, isFirst: Bool) -> [UInt8] {
        // At the worst a quote a byte is doubled, and each cell gets two quotes, an apostrophe and a comma.
        let worst = 2 * chunk.lines.count + chunk.rowCount * (4 * columns.count + 2)
        return [UInt8](unsafeUninitializedCapacity: worst) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var out = CSVWriter(start)
            chunk.lines.withUnsafeBytes { bytes in
                for row in 0..<chunk.rowCount {
                    write(bytes, row: chunk.row(row), to: &out)
                }
            }
            count = out.count(from: start)
        }
    }

    @inline(__always)
    private func write(_ bytes: UnsafeRawBufferPointer, row: Range<Int>, to out: inout CSVWriter) {
        var cells = CellScanner(bytes, row: row)
        for index in columns.indices {
            guard let cell = cells.next() else { break }
            if index > 0 { out.put(UInt8(ascii: ",")) }
            write(cell, of: columns[index], bytes, to: &out)
        }
        out.put(0x0D)
        out.put(0x0A)
    }

    @inline(__always)
    private func write(
        _ cell: Cell,
        of column: Column,
        _ bytes: UnsafeRawBufferPointer,
        to out: inout CSVWriter
    ) {
        switch cell.form {
        case .null: break
        case .literal: out.copy(bytes, cell.range)
        case .json: out.text(bytes, cell.trimmed(bytes), mark: false)
        case .plainString, .escapedString:
            if column.isJSON {
                out.text(bytes, cell.range.lowerBound - 1..<cell.range.upperBound + 1, mark: false)
            } else if cell.form == .plainString {
                out.text(bytes, cell.range, mark: isMarked(bytes, cell.range, column))
            } else {
                out.escapedText(bytes, cell.range, mark: isMarked(bytes, cell.range, column))
            }
        }
    }

    /// Whether a spreadsheet would take the text for a formula. A number of a numeric column stays a number.
    @inline(__always)
    private func isMarked(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ column: Column) -> Bool {
        guard isForSpreadsheet, let first = range.first else { return false }
        var byte = bytes[first]
        if byte == UInt8(ascii: "\\"), range.count > 1 {
            byte = UInt8(truncatingIfNeeded: StringEscapes.resolve(bytes, first, end: range.upperBound).0.value)
        }
        guard CSVTranscoder.formulaStarts.contains(byte) else { return false }
        return !(column.isNumeric && DecimalText(bytes, range) != nil)
    }

    private static let formulaStarts = Set("=+-@\t\r".utf8)

    private static func header(_ columns: [ResultColumn], _ isForSpreadsheet: Bool) -> [UInt8] {
        var line: [UInt8] = isForSpreadsheet ? [0xEF, 0xBB, 0xBF] : []
        for (index, column) in columns.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            var name = Array(column.name.utf8)
            if isForSpreadsheet, let first = name.first, formulaStarts.contains(first) {
                name.insert(UInt8(ascii: "'"), at: 0)
            }
            line.append(contentsOf: quoted(name))
        }
        return columns.isEmpty ? line : line + [0x0D, 0x0A]
    }

    private static func quoted(_ name: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2 * name.count + 2) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            var out = CSVWriter(start)
            name.withUnsafeBytes { out.text($0, 0..<name.count, mark: false) }
            count = out.count(from: start)
        }
    }
}
