/// Rows on their way from a database into a result: one JSON array a line, appended cell by cell as bytes.
///
/// No `String` is made for a cell: that costs five times the whole transfer at a million rows.
package struct RowBlock: Sendable {
    /// The lines, each ended by a line feed. No line feed stands inside a row, as JSON escapes it.
    package private(set) var bytes: [UInt8] = []
    package private(set) var rowCount = 0
    private var isRowEmpty = true
    private var rowStart = 0

    package init(reserving capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func beginRow() {
        rowStart = bytes.count
        bytes.append(UInt8(ascii: "["))
        isRowEmpty = true
    }

    package mutating func endRow() {
        bytes.append(UInt8(ascii: "]"))
        bytes.append(UInt8(ascii: "\n"))
        rowCount += 1
    }

    /// Takes back the row that `beginRow` started, finished or not.
    package mutating func dropRow(finished: Bool) {
        bytes.removeSubrange(rowStart...)
        if finished { rowCount -= 1 }
    }

    package mutating func null() {
        literal("null")
    }

    package mutating func boolean(_ flag: Bool) {
        literal(flag ? "true" : "false")
    }

    /// A number within ±(2⁵³−1), else a string: beyond, a JavaScript number loses digits.
    package mutating func integer(_ number: Int64) {
        comma()
        let digits = String(number).utf8
        let isExact = number.magnitude < 1 << 53
        if !isExact { bytes.append(UInt8(ascii: "\"")) }
        bytes.append(contentsOf: digits)
        if !isExact { bytes.append(UInt8(ascii: "\"")) }
    }

    /// Text that already is a JSON value on one line. A JSON `null` gets a space after it: to a reader of JSON that
    /// is nothing, and in a download it tells the value from the database's NULL.
    package mutating func json(_ text: UnsafeRawBufferPointer) {
        comma()
        bytes.append(contentsOf: text)
        if text.elementsEqual("null".utf8) { bytes.append(UInt8(ascii: " ")) }
    }

    /// UTF-8 text, which becomes a JSON string.
    package mutating func text(_ text: UnsafeRawBufferPointer) {
        comma()
        bytes.appendJSONString(text)
    }

    package mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { self.text(UnsafeRawBufferPointer($0)) }
    }

    /// The lines and their number; the block is empty after.
    package mutating func take() -> (bytes: [UInt8], rowCount: Int) {
        defer {
            bytes = []
            rowCount = 0
        }
        return (bytes, rowCount)
    }

    private mutating func literal(_ text: StaticString) {
        comma()
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func comma() {
        if !isRowEmpty { bytes.append(UInt8(ascii: ",")) }
        isRowEmpty = false
    }
}

/// How much of a result is kept; what goes over a limit is cut at a row and said.
package struct RowLimits: Hashable, Sendable {
    package var maxRows: Int
    /// Of the rows as JSON, before compression.
    package var maxBytes: Int
    /// Of one cell as the database sends it. A row with a larger cell ends the result.
    package var maxCellBytes: Int

    package init(maxRows: Int = 10_000, maxBytes: Int = 256 << 20, maxCellBytes: Int = 16 << 20) {
        self.maxRows = maxRows
        self.maxBytes = maxBytes
        self.maxCellBytes = maxCellBytes
    }
}

/// Which limit cut a result.
package enum Truncation: String, Sendable {
    case rows
    case bytes
}
