/// Walks through the cells of one row, `[1,"a",null]`, without parsing what is inside. Bytes come from a chunk whose
/// checksum was right; still nothing is read past their end.
struct CellScanner {
    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var at: Int

    /// `row` is the row's range in `bytes`, with its brackets.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, row: Range<Int>) {
        self.bytes = bytes
        end = row.upperBound - 1
        at = row.lowerBound + 1
    }

    /// The next cell; nil after the last.
    @inline(__always)
    mutating func next() -> Cell? {
        guard at < end else { return nil }
        let start = at
        let byte = bytes[start]
        if byte == UInt8(ascii: "\"") {
            if let cell = string(from: start) { return cell }
        } else if byte != UInt8(ascii: "{") && byte != UInt8(ascii: "[") {
            if let cell = literal(from: start) { return cell }
        }
        return value(from: start)
    }

    /// A string that is the whole cell; nil where something follows it.
    @inline(__always)
    private mutating func string(from start: Int) -> Cell? {
        var position = start + 1
        var form = Cell.Form.plainString
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                form = .escapedString
                position += 1
            }
            position += 1
        }
        guard position < end, isEnd(position + 1) else { return nil }
        at = position + 2
        return Cell(form: form, range: start + 1..<position)
    }

    /// A number or word that is the whole cell; nil where it has space in it.
    @inline(__always)
    private mutating func literal(from start: Int) -> Cell? {
        var position = start
        while !isEnd(position) {
            if bytes[position] <= 0x20 { return nil }
            position += 1
        }
        at = position + 1
        let isNull = position - start == 4 && bytes[start] == UInt8(ascii: "n")
        return Cell(form: isNull ? .null : .literal, range: start..<position)
    }

    /// Any JSON value, to the comma or bracket after it.
    private mutating func value(from start: Int) -> Cell {
        var position = start
        var depth = 0
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\""): position = endOfString(from: position)
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                at = position + 1
                return Cell(form: .json, range: start..<position)
            default: break
            }
            position += 1
        }
        at = end + 1
        return Cell(form: .json, range: start..<min(position, end))
    }

    /// The closing quote of the string that opens at `start`.
    private func endOfString(from start: Int) -> Int {
        var position = start + 1
        while position < end, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return position
    }

    @inline(__always)
    private func isEnd(_ position: Int) -> Bool {
        position >= end || bytes[position] == UInt8(ascii: ",")
    }
}
