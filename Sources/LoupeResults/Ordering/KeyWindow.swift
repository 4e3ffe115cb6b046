import Glibc

/// A part of the keys of some rows, `width` bytes of each at most: what is compared at once.
struct KeyWindow: Sendable {
    /// The rows' numbers, ascending.
    private(set) var rows: [UInt32] = []
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    let width: Int

    init(width: Int) {
        self.width = width
    }

    mutating func append(_ row: UInt32, _ key: ArraySlice<UInt8>) {
        rows.append(row)
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
    }

    mutating func append(_ other: KeyWindow) {
        let shift = bytes.count
        rows.append(contentsOf: other.rows)
        bytes.append(contentsOf: other.bytes)
        ends.append(contentsOf: other.ends.dropFirst().map { $0 + shift })
    }

    /// The first eight bytes as a number, which settles most comparisons.
    func prefix(_ index: Int) -> UInt64 {
        var prefix: UInt64 = 0
        let range = ends[index]..<ends[index + 1]
        for byte in bytes[range.prefix(8)] { prefix = prefix << 8 | UInt64(byte) }
        return prefix << UInt64(8 * (8 - min(8, range.count)))
    }

    /// Whether the key may go on after the window.
    func isCut(_ index: Int) -> Bool {
        ends[index + 1] - ends[index] == width
    }

    /// Below 0 where the first comes before the second; a key that ends comes before one that goes on.
    func compare(_ first: Int, _ second: Int) -> Int {
        let (left, right) = (ends[first]..<ends[first + 1], ends[second]..<ends[second + 1])
        let common = min(left.count, right.count)
        let order = bytes.withUnsafeBytes { bytes -> Int in
            guard let start = bytes.baseAddress, common > 0 else { return 0 }
            return Int(memcmp(start + left.lowerBound, start + right.lowerBound, common))
        }
        return order != 0 ? order : left.count - right.count
    }
}
