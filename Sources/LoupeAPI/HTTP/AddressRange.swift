import Foundation

/// A block of IP addresses such as `10.0.0.0/8`, or one address.
package struct AddressRange: Hashable, Sendable {
    /// 16 bytes; an IPv4 address as `::ffff:a.b.c.d`.
    private let base: [UInt8]
    private let prefix: Int

    /// Nil where the text is neither an address nor a block of them.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = AddressRange.bytes(of: String(parts[0])) else { return nil }
        let width = parts[0].contains(":") ? 128 : 32
        let bits = parts.count == 2 ? Int(parts[1]) : width
        guard let bits, (0...width).contains(bits) else { return nil }
        self.base = base
        prefix = bits + 128 - width
    }

    package func contains(_ address: String) -> Bool {
        guard let bytes = AddressRange.bytes(of: address) else { return false }
        let whole = prefix / 8
        guard bytes[..<whole] == base[..<whole] else { return false }
        let rest = prefix % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return bytes[whole] & mask == base[whole] & mask
    }

    private static func bytes(of text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            let bytes = withUnsafeBytes(of: &four) { Array($0) }
            return [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bytes
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        return withUnsafeBytes(of: &six) { Array($0) }
    }
}
