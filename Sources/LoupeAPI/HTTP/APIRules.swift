package import LoupeCore

/// What an installation lets in.
package struct APIRules: Sendable {
    /// The authorities (`host`, or `host:port` where the port is not the scheme's own) that requests may name, lowercase.
    /// Empty lets any in.
    package var hosts: Set<String>
    /// Whether requests may name this machine alone (`localhost`, a loopback address): a server on loopback is reached by
    /// other names only from pages of others that had their own name lead here.
    package var isLocalOnly: Bool
    package var trustedProxies: [AddressRange]
    /// Origins whose pages may call the API, such as `https://loupe.example`.
    package var allowedOrigins: Set<String>
    /// The origin that browsers know this server by.
    package var publicOrigin: String?
    /// Whether browsers reach it by HTTPS.
    package var isSecure: Bool

    package init(
        hosts: Set<String> = [],
        isLocalOnly: Bool = false,
        trustedProxies: [AddressRange] = [],
        allowedOrigins: Set<String> = [],
        publicOrigin: String? = nil,
        isSecure: Bool = false
    ) {
        self.hosts = hosts
        self.isLocalOnly = isLocalOnly
        self.trustedProxies = trustedProxies
        self.allowedOrigins = allowedOrigins
        self.publicOrigin = publicOrigin
        self.isSecure = isSecure
    }

    /// Throws `misdirected` for a request that names another host: links and cookies are this host's own.
    func check(authority: String?) throws(LoupeError) {
        let isOurs: Bool
        if !hosts.isEmpty {
            isOurs = authority.map { hosts.contains($0) || hosts.contains($0.lowercased()) } ?? false
        } else {
            isOurs = !isLocalOnly || authority.map(APIRules.isLocal) ?? true
        }
        guard isOurs else {
            throw LoupeError(.misdirected, "this server does not answer for that host: PUBLIC_URL says for which")
        }
    }

    private static func isLocal(_ authority: String) -> Bool {
        let name: Substring
        if authority.hasPrefix("[") {
            name = authority.dropFirst().prefix { $0 != "]" }
        } else {
            name = authority.prefix { $0 != ":" }
        }
        if name.lowercased() == "localhost" || name.lowercased().hasSuffix(".localhost") { return true }
        return IPAddress(String(name))?.isLoopback ?? false
    }
}
