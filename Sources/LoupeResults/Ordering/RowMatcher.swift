import LoupeCore

/// Whether a row has a value with a text anywhere in it, in either case. NULL matches nothing.
struct RowMatcher: Sendable {
    private let needle: [UInt8]
    private let text: String
    private let isASCII: Bool
    private let isJSON: [Bool]

    /// Nil where there is nothing to search for.
    init?(_ search: String?, columns: [ResultColumn]) {
        guard let search, !search.isEmpty else { return nil }
        text = search.folded
        needle = Array(text.utf8)
        isASCII = needle.allSatisfy { $0 < 0x80 }
        isJSON = columns.map { $0.kind == .json }
    }

    func matches(_ bytes: UnsafeRawBufferPointer, row: Range<Int>) -> Bool {
        var cells = CellScanner(bytes, row: row)
        var column = 0
        while let cell = cells.next() {
            if matches(cell, bytes, isJSON: column < isJSON.count && isJSON[column]) { return true }
            column += 1
        }
        return false
    }

    private func matches(_ cell: Cell, _ bytes: UnsafeRawBufferPointer, isJSON: Bool) -> Bool {
        switch cell.form {
        case .null: return false
        case .literal,
            .plainString where !isJSON:
            return contains(UnsafeRawBufferPointer(rebasing: bytes[cell.range]))
        default:
            var text: [UInt8] = []
            cell.appendText(of: bytes, isJSON: isJSON, to: &text)
            return text.withUnsafeBytes { contains($0) }
        }
    }

    private func contains(_ haystack: UnsafeRawBufferPointer) -> Bool {
        if haystack.allSatisfy({ $0 < 0x80 }) { return isASCII && containsASCII(haystack) }
        return String(decoding: haystack, as: UTF8.self).folded.utf8.contains(needle)
    }

    private func containsASCII(_ haystack: UnsafeRawBufferPointer) -> Bool {
        guard haystack.count >= needle.count else { return false }
        for start in 0...haystack.count - needle.count where lower(haystack[start]) == needle[0] {
            var matched = 1
            while matched < needle.count, lower(haystack[start + matched]) == needle[matched] { matched += 1 }
            if matched == needle.count { return true }
        }
        return false
    }

    private func lower(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
