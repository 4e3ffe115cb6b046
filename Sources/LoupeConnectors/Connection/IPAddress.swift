/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16, in network order.
    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package var isIPv4: Bool { bytes.count == 4 }

    /// The IPv4 address that an IPv6 address stands for: mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`), translated
    /// (`64:ff9b::/96`, `64:ff9b:1::/48`) or 6to4 (`2002::/16`). A connection to it ends at that address.
    var embedded: IPAddress? {
        guard !isIPv4 else { return nil }
        let isZero = bytes[..<10].allSatisfy { $0 == 0 }
        let last = IPAddress(bytes: Array(bytes[12...]))
        if isZero, bytes[10] == 0xFF, bytes[11] == 0xFF { return last }
        if isZero, bytes[10] == 0, bytes[11] == 0, bytes[12] != 0 { return last }
        if bytes[..<4] == [0x00, 0x64, 0xFF, 0x9B] { return last }
        if bytes[..<2] == [0x20, 0x02] { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted, or eight groups of hexadecimal digits: as `getaddrinfo` reads it back.
    package var description: String {
        if isIPv4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}

/// Addresses that share their first bits.
package struct AddressRange: Hashable, Sendable {
    let base: IPAddress
    let bits: Int

    package init?(base: IPAddress, bits: Int) {
        guard (0...base.bytes.count * 8).contains(bits) else { return nil }
        self.base = base
        self.bits = bits
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        for index in 0..<bits / 8 where address.bytes[index] != base.bytes[index] { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        return (address.bytes[bits / 8] ^ base.bytes[bits / 8]) >> (8 - rest) == 0
    }
}
