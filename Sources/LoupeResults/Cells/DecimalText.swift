/// A number as text, `-12.50e3`, taken apart without losing a digit: no `Double` and no limit on its length.
struct DecimalText {
    let isNegative: Bool
    /// Significant digits in ASCII, without zeros before and after; none for zero.
    let digits: [UInt8]
    /// The number is 0.digits × 10^exponent.
    let exponent: Int

    /// Nil for anything but digits with an optional sign, point and exponent.
    init?(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        var at = range.lowerBound
        let end = range.upperBound
        isNegative = at < end && bytes[at] == UInt8(ascii: "-")
        if at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") { at += 1 }
        var digits: [UInt8] = []
        digits.reserveCapacity(end - at)
        while at < end, DecimalText.isDigit(bytes[at]) {
            digits.append(bytes[at])
            at += 1
        }
        var exponent = digits.count
        if at < end, bytes[at] == UInt8(ascii: ".") {
            at += 1
            while at < end, DecimalText.isDigit(bytes[at]) {
                digits.append(bytes[at])
                at += 1
            }
        }
        guard !digits.isEmpty, let shift = DecimalText.shift(bytes, at, end) else { return nil }
        exponent += shift
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent - leading
    }

    /// What the exponent at `at` says; 0 where there is none, nil where something else follows.
    private static func shift(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ end: Int) -> Int? {
        guard at < end else { return 0 }
        guard bytes[at] | 0x20 == UInt8(ascii: "e") else { return nil }
        var at = at + 1
        let isNegative = at < end && bytes[at] == UInt8(ascii: "-")
        if at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") { at += 1 }
        guard at < end else { return nil }
        var shift = 0
        while at < end {
            guard isDigit(bytes[at]) else { return nil }
            // No database's number comes near; what is larger stays the largest.
            shift = min(shift * 10 + Int(bytes[at] - UInt8(ascii: "0")), 1 << 29)
            at += 1
        }
        return isNegative ? -shift : shift
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") <= 9
    }
}
