import Foundation

extension IPAddress {
    /// Reads `10.0.0.1` or `fd00::1`; nil for names and for short forms such as `127.1`, which only a resolver reads.
    package init?(_ text: some StringProtocol) {
        var four = in_addr()
        var six = in6_addr()
        let text = String(text)
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(bytes: withUnsafeBytes(of: &four) { Array($0) })
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(bytes: withUnsafeBytes(of: &six) { Array($0) })
        } else {
            return nil
        }
    }
}

extension AddressRange {
    /// Reads `10.0.0.0/8` or one address.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let base = IPAddress(parts[0]), parts.count <= 2 else { return nil }
        guard let bits = parts.count == 2 ? Int(parts[1]) : base.bytes.count * 8 else { return nil }
        self.init(base: base, bits: bits)
    }
}
