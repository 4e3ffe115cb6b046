import LoupeCore

/// One walk over a chunk for a selection: which rows match, and a window of their keys.
struct SelectionScan: Sendable {
    let columns: [ResultColumn]
    let selection: RowSelection
    /// Where in the keys the window begins.
    var depth = 0
    let width: Int

    /// What a walk found in the rows of some chunks.
    struct Found: Sendable {
        var keys: KeyWindow
        /// Rows without a value to sort by, ascending: with NULL there, or all where nothing is sorted.
        var rest: [UInt32] = []

        mutating func append(_ other: Found) {
            keys.append(other.keys)
            rest.append(contentsOf: other.rest)
        }
    }

    var empty: Found { Found(keys: KeyWindow(width: width)) }

    /// Every row of the chunk that matches.
    func all(_ chunk: DecodedChunk, firstRow: Int) -> Found {
        let matcher = RowMatcher(selection.search, columns: columns)
        return chunk.lines.withUnsafeBytes { bytes in
            var found = empty
            var scratch: [UInt8] = []
            for row in 0..<chunk.rowCount where matcher?.matches(bytes, row: chunk.row(row)) ?? true {
                add(UInt32(firstRow + row), bytes, chunk.row(row), &scratch, to: &found)
            }
            return found
        }
    }

    /// These rows of the chunk, whose keys go on.
    func some(_ rows: ArraySlice<UInt32>, _ chunk: DecodedChunk, firstRow: Int) -> Found {
        chunk.lines.withUnsafeBytes { bytes in
            var found = empty
            var scratch: [UInt8] = []
            for row in rows {
                add(row, bytes, chunk.row(Int(row) - firstRow), &scratch, to: &found)
            }
            return found
        }
    }

    private func add(
        _ row: UInt32,
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        _ scratch: inout [UInt8],
        to found: inout Found
    ) {
        guard let sort = selection.sort, let cell = cell(sort.column, bytes, range), cell.form != .null else {
            return found.rest.append(row)
        }
        scratch.removeAll(keepingCapacity: true)
        SortKey(columns[sort.column].kind).append(cell, bytes, to: &scratch)
        let start = min(depth, scratch.count)
        found.keys.append(row, scratch[start..<min(scratch.count, start + width)])
    }

    private func cell(_ column: Int, _ bytes: UnsafeRawBufferPointer, _ row: Range<Int>) -> Cell? {
        var cells = CellScanner(bytes, row: row)
        for _ in 0..<column { _ = cells.next() }
        return cells.next()
    }
}
