package import LoupeCore

extension IPAddress {
    /// How far away an address is for a datasource.
    package enum Reach: Hashable, Sendable {
        /// Link-local, cloud metadata, unspecified, multicast: nobody's database.
        case never
        /// Private and loopback: this machine and its network.
        case inside
        case outside
    }

    package var reach: Reach {
        if let embedded, embedded.reach != .outside { return embedded.reach }
        if IPAddress.refused.contains(where: { $0.contains(self) }) { return .never }
        if IPAddress.insides.contains(where: { $0.contains(self) }) { return .inside }
        return .outside
    }

    /// The IPv4 address that an IPv6 address stands for: compatible (`::a.b.c.d`), translated (`64:ff9b::/96`,
    /// `64:ff9b:1::/48`) or 6to4 (`2002::/16`). A connection to it ends at that address.
    var embedded: IPAddress? {
        guard !isIPv4 else { return nil }
        if bytes[..<12].allSatisfy({ $0 == 0 }), bytes[12] != 0 { return IPAddress(bytes: Array(bytes[12...])) }
        if bytes[..<4] == [0x00, 0x64, 0xFF, 0x9B] { return IPAddress(bytes: Array(bytes[12...])) }
        if bytes[..<2] == [0x20, 0x02] { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    /// Sources: IANA's special-purpose registries; the metadata addresses of AWS, Google, Azure, Oracle and Alibaba.
    private static let refused: [AddressRange] = [
        "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "fd20:ce::/32", "168.63.129.16", "192.0.0.192",
        "100.100.100.200", "0.0.0.0/8", "::/128", "224.0.0.0/4", "240.0.0.0/4", "ff00::/8",
    ].compactMap { AddressRange($0) }

    private static let insides: [AddressRange] = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24",
        "198.18.0.0/15", "::1/128", "fc00::/7", "fec0::/10", "64:ff9b:1::/48",
    ].compactMap { AddressRange($0) }
}
