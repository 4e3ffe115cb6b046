import LoupeCore
import LoupeStore

/// A chunk's row in `result_chunks`: which rows it holds, how large it is, and its bytes where they lie in the store.
struct ChunkRecord: Hashable, Sendable {
    /// From 0, without a gap.
    var number: Int
    /// The first row's number in the result, from 0.
    var firstRow: Int
    var rowCount: Int
    /// Of the lines, before compression.
    var rawBytes: Int
    var storedBytes: Int
    /// XXH64 of the compressed bytes.
    var checksum: [UInt8]
    /// Whether the bytes lie outside the store.
    var isOutside: Bool
    /// The compressed bytes; nil where they lie outside the store or were not asked for.
    var data: [UInt8]?

    var rows: Range<Int> { firstRow..<firstRow + rowCount }

    /// What `init(row:)` reads, without the bytes.
    static let columns: StaticString = "n, first_row, row_count, raw_bytes, stored_bytes, checksum, data IS NULL"

    init(row: inout RowReader) throws {
        number = try row.int()
        firstRow = try row.int()
        rowCount = try row.int()
        rawBytes = try row.int()
        storedBytes = try row.int()
        checksum = try row.bytes()
        isOutside = try row.boolean()
    }

    init(_ chunk: EncodedChunk, number: Int, firstRow: Int, data: [UInt8]?) {
        self.number = number
        self.firstRow = firstRow
        rowCount = chunk.rowCount
        rawBytes = chunk.rawBytes
        storedBytes = chunk.bytes.count
        checksum = chunk.checksum
        isOutside = data == nil
        self.data = data
    }
}
