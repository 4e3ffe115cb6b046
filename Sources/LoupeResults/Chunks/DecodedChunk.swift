import Glibc

/// A chunk's lines and where each begins.
struct DecodedChunk: Sendable {
    /// JSON arrays, each ended by a line feed.
    let lines: [UInt8]
    /// Where each row begins, then the end of the last: one more than there are rows.
    private let starts: [UInt32]

    /// Finds the rows by their line feeds: no other line feed stands in a line, as JSON escapes it.
    init(_ lines: [UInt8]) {
        self.lines = lines
        starts = lines.withUnsafeBytes { bytes in
            var starts: [UInt32] = [0]
            guard let start = bytes.baseAddress else { return starts }
            var at = 0
            while at < bytes.count, let found = memchr(start + at, 0x0A, bytes.count - at) {
                at = UnsafeRawPointer(found) - start + 1
                starts.append(UInt32(at))
            }
            return starts
        }
    }

    var rowCount: Int { starts.count - 1 }

    /// What it takes in memory, in bytes.
    var cost: Int { lines.count + 4 * starts.count }

    /// A row's bytes, without its line feed.
    func row(_ index: Int) -> Range<Int> {
        Int(starts[index])..<Int(starts[index + 1]) - 1
    }

    /// The bytes of some rows, each with its line feed.
    func bytes(of rows: Range<Int>) -> Range<Int> {
        Int(starts[rows.lowerBound])..<Int(starts[rows.upperBound])
    }

    /// The row after the last of those from `row` on that fit into so many bytes; `row` itself where none does.
    func rowsFitting(_ room: Int, from row: Int) -> Int {
        var (low, high) = (row, rowCount)
        while low < high {
            let middle = (low + high + 1) / 2
            if bytes(of: row..<middle).count <= room { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Appends rows as the elements of a JSON array: `[…],[…]`.
    func append(_ rows: Range<Int>, to json: inout [UInt8]) {
        guard !rows.isEmpty else { return }
        let from = Int(starts[rows.lowerBound])
        let shift = json.count - from
        json.append(contentsOf: lines[from..<Int(starts[rows.upperBound]) - 1])
        for row in rows.dropFirst() {
            json[Int(starts[row]) - 1 + shift] = UInt8(ascii: ",")
        }
    }
}
