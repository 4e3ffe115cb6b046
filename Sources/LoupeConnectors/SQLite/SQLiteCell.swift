import GRDBSQLite
import LoupeCore

/// Writes one value by its storage class, and its column's kind where that says more.
struct SQLiteCell {
    let statement: OpaquePointer
    let maximumBytes: Int

    /// False where the value is larger than a cell may be; nothing is written then.
    func write(_ index: Int32, kind: ValueKind?, type: Int32, into block: inout RowBlock) -> Bool {
        switch type {
        case SQLITE_INTEGER:
            let number = sqlite3_column_int64(statement, index)
            if kind == .boolean, number == 0 || number == 1 {
                block.boolean(number == 1)
            } else {
                block.integer(number)
            }
        case SQLITE_FLOAT: float(sqlite3_column_double(statement, index), into: &block)
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, index) else {
                block.null()
                return true
            }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, index)))
            guard bytes.count <= maximumBytes else { return false }
            self.text(bytes, kind: kind, into: &block)
        case SQLITE_BLOB:
            let blob = sqlite3_column_blob(statement, index)
            let bytes = UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, index)))
            guard bytes.count <= maximumBytes else { return false }
            hex(bytes, into: &block)
        default: block.null()
        }
        return true
    }

    /// The shortest digits that read back as the same number; infinities as PostgreSQL names them.
    private func float(_ number: Double, into block: inout RowBlock) {
        guard number.isFinite else {
            block.text(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
            return
        }
        var digits = number.description
        digits.withUTF8 { block.json(UnsafeRawBufferPointer($0)) }
    }

    private func text(_ bytes: UnsafeRawBufferPointer, kind: ValueKind?, into block: inout RowBlock) {
        switch kind {
        case .json: json(bytes, into: &block)
        case .timestamp: timestamp(bytes, into: &block)
        default: plain(bytes, into: &block)
        }
    }

    /// Text that is not UTF-8 is mended with U+FFFD: a result is JSON.
    private func plain(_ bytes: UnsafeRawBufferPointer, into block: inout RowBlock) {
        if bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil {
            block.text(bytes)
        } else {
            block.text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Text of a JSON column as the value that it is, on one line; as a string where it is no JSON.
    private func json(_ bytes: UnsafeRawBufferPointer, into block: inout RowBlock) {
        let text = Array(bytes)
        var tokens = JSONTokenizer(text)
        do {
            while let token = try tokens.next() {
                // Its escapes and its UTF-8 are only checked when a string is read.
                if case .string(let range) = token { _ = try tokens.string(in: range) }
                if case .key(let range) = token { _ = try tokens.string(in: range) }
            }
        } catch {
            plain(bytes, into: &block)
            return
        }
        // Line breaks stand between tokens only: inside strings they are escaped.
        text.map { $0 < 0x20 ? 0x20 : $0 }.withUnsafeBytes { block.json($0) }
    }

    /// `2013-01-01 05:00:00` gets the `T` of RFC 3339; any other text stays as it is.
    private func timestamp(_ bytes: UnsafeRawBufferPointer, into block: inout RowBlock) {
        let isDateAndTime =
            bytes.count >= 16 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-") && bytes[10] == 0x20
            && bytes[13] == UInt8(ascii: ":") && bytes.allSatisfy { (0x20...0x3A).contains($0) }
        guard isDateAndTime else {
            plain(bytes, into: &block)
            return
        }
        var text = Array(bytes)
        text[10] = UInt8(ascii: "T")
        text.withUnsafeBytes { block.text($0) }
    }

    private func hex(_ bytes: UnsafeRawBufferPointer, into block: inout RowBlock) {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = Array("\\x".utf8)
        text.reserveCapacity(bytes.count * 2 + 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        text.withUnsafeBytes { block.text($0) }
    }
}
