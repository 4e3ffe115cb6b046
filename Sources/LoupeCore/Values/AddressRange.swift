/// A block of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or a single address.
package struct AddressRange: Hashable, Sendable {
    /// 4 or 16 bytes, with all bits after the prefix zero.
    private let network: [UInt8]
    private let prefixLength: Int

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]), parts.count <= 2 else { return nil }
        let bitCount = address.bytes.count * 8
        var length = bitCount
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let written = Int(parts[1]),
                written <= bitCount
            else { return nil }
            length = written
        }
        prefixLength = length
        network = Self.masked(address.bytes, to: length)
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == network.count && Self.masked(address.bytes, to: prefixLength) == network
    }

    /// False for text that is no numeric address.
    package func contains(_ text: some StringProtocol) -> Bool {
        IPAddress(text).map(contains) ?? false
    }

    private static func masked(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, length - index * 8))
            return kept == 8 ? byte : byte & ~(0xFF >> UInt8(kept))
        }
    }
}
