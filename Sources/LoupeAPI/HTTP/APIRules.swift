package import LoupeCore

/// What an installation lets in.
package struct APIRules: Sendable {
    /// The authorities (`host`, or `host:port` where the port is not the scheme's own) that requests may name, lowercase.
    /// Empty lets any in.
    package var hosts: Set<String>
    package var trustedProxies: [AddressRange]
    /// Origins whose pages may call the API, such as `https://loupe.example`.
    package var allowedOrigins: Set<String>
    /// The origin that browsers know this server by.
    package var publicOrigin: String?
    /// Whether browsers reach it by HTTPS.
    package var isSecure: Bool

    package init(
        hosts: Set<String> = [],
        trustedProxies: [AddressRange] = [],
        allowedOrigins: Set<String> = [],
        publicOrigin: String? = nil,
        isSecure: Bool = false
    ) {
        self.hosts = hosts
        self.trustedProxies = trustedProxies
        self.allowedOrigins = allowedOrigins
        self.publicOrigin = publicOrigin
        self.isSecure = isSecure
    }

    /// Throws `misdirected` for a request that names another host: links and cookies are this host's own.
    func check(authority: String?) throws(LoupeError) {
        guard !hosts.isEmpty else { return }
        guard let authority, hosts.contains(authority) || hosts.contains(authority.lowercased()) else {
            throw LoupeError(.misdirected, "this server does not answer for that host")
        }
    }
}
