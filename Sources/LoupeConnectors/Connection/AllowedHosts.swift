package import LoupeCore

/// `DATASOURCE_HOSTS`: names, `*.example.com`, addresses and `10.0.0.0/8`, parted by commas.
package struct AllowedHosts: Hashable, Sendable {
    private var names: Set<String> = []
    /// `.example.com`
    private var suffixes: [String] = []
    private var ranges: [AddressRange] = []

    /// An entry that is none of these.
    package struct BadEntry: Error, Hashable {
        package let entry: String
    }

    /// Throws `BadEntry`.
    package init(_ text: String) throws {
        for part in text.split(separator: ",") {
            let entry = part.filter { $0 != " " }.lowercased()
            if let range = AddressRange(entry) {
                ranges.append(range)
            } else if entry.hasPrefix("*."), AllowedHosts.isName(entry.dropFirst(2)) {
                suffixes.append(String(entry.dropFirst()))
            } else if AllowedHosts.isName(entry[...]) {
                names.insert(entry)
            } else {
                throw BadEntry(entry: entry)
            }
        }
    }

    package func contains(host: String, address: IPAddress) -> Bool {
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        return names.contains(name) || suffixes.contains { name.hasSuffix($0) && name.count > $0.count }
            || ranges.contains { $0.contains(address) || (address.embedded.map($0.contains) ?? false) }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { SQLLexer.continuesWord($0) && $0 < 0x80 || $0 == 0x2D || $0 == 0x2E }
    }
}
