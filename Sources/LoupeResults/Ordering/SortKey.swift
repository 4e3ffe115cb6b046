import LoupeCore

/// Turns a cell into bytes that compare as the values do, so that every type is sorted by comparing memory.
///
/// Numbers compare exactly, whatever their length; −Infinity comes first, NaN last, as in PostgreSQL. Times compare as
/// moments of their calendar, with years before Christ and infinities. All else compares as text by code point.
struct SortKey: Sendable {
    private enum Family {
        case number
        case time
        case text
        case json
    }

    private let family: Family

    init(_ kind: ValueKind) {
        family =
            switch kind {
            case .integer, .decimal, .float: .number
            case .timestamp, .timestamptz, .date: .time
            case .json: .json
            case .boolean, .text, .time, .interval, .bytes, .array, .uuid: .text
            }
    }

    /// Appends the key of a cell that is not NULL.
    func append(_ cell: Cell, _ bytes: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        let start = key.count
        cell.appendText(of: bytes, isJSON: family == .json, to: &key)
        guard family == .number || family == .time else { return }
        let text = Array(key[start...])
        key.removeSubrange(start...)
        text.withUnsafeBytes { text in
            if family == .number { SortKey.number(text, to: &key) } else { SortKey.time(text, to: &key) }
        }
    }

    // The first byte orders the classes of numbers.
    private static func number(_ text: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        guard let number = DecimalText(text, 0..<text.count) else { return special(text, to: &key) }
        guard !number.digits.isEmpty else { return key.append(3) }
        let exponent = UInt32(bitPattern: Int32(clamping: number.exponent)) ^ 0x8000_0000
        // Of negative numbers the larger magnitude comes first: every byte is turned over.
        let mask: UInt8 = number.isNegative ? 0xFF : 0
        key.append(number.isNegative ? 2 : 4)
        for shift in [24, 16, 8, 0] { key.append(UInt8(truncatingIfNeeded: exponent >> UInt32(shift)) ^ mask) }
        for digit in number.digits { key.append(digit ^ mask) }
        key.append(mask)
    }

    /// A column of SQLite that says integer may hold text too: it comes after every number.
    private static func special(_ text: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        if text.elementsEqual("-Infinity".utf8) {
            key.append(1)
        } else if text.elementsEqual("Infinity".utf8) {
            key.append(5)
        } else if text.elementsEqual("NaN".utf8) {
            key.append(6)
        } else {
            key.append(7)
            key.append(contentsOf: text)
        }
    }

    /// `2026-01-31T09:30:00.5Z`, `0044-03-15 BC`, `infinity`. The `Z` is left out, or `00Z` would come after `00.5Z`.
    private static func time(_ text: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        if text.elementsEqual("-infinity".utf8) { return key.append(1) }
        if text.elementsEqual("infinity".utf8) { return key.append(4) }
        let yearDigits = text.prefix { $0 != UInt8(ascii: "-") }.count
        guard yearDigits > 0, yearDigits < 16, yearDigits < text.count else {
            key.append(5)
            return key.append(contentsOf: text)
        }
        let isBeforeChrist = text.count > 3 && text[(text.count - 3)...].elementsEqual(" BC".utf8)
        // Of years before Christ the larger comes first; their months run forward all the same.
        let mask: UInt8 = isBeforeChrist ? 0xFF : 0
        key.append(isBeforeChrist ? 2 : 3)
        key.append(UInt8(yearDigits) ^ mask)
        for digit in text[..<yearDigits] { key.append(digit ^ mask) }
        key.append(contentsOf: text[yearDigits...].filter { $0 != UInt8(ascii: "Z") })
    }
}
