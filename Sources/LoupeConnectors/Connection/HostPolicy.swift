package import LoupeCore

/// To which hosts a datasource may lead. A host is resolved once and connected by the address that was checked: a name that
/// answers differently the second time leads nowhere.
package struct HostPolicy: Sendable {
    /// A closed set: a test's answer says no more of the network than this.
    package enum Refusal: String, Error, CaseIterable, Sendable {
        case unknownHost = "The host is unknown"
        case neverAllowed = "This address is not allowed for datasources"
        case privateAddress = "Private and local addresses are not allowed for this organization"
        case notListed = "This host is not on the server's list of allowed hosts"
        case localSocket = "Local sockets are not allowed on this server"
    }

    package let allowsPrivate: Bool
    package let allowsLocalSockets: Bool
    /// Nil allows any.
    package let allowed: AllowedHosts?
    private let resolver: HostLookup

    /// `allowsPrivate` is for the founding organization.
    package init(
        allowsPrivate: Bool,
        allowsLocalSockets: Bool = false,
        allowed: AllowedHosts? = nil,
        resolver: HostLookup = .system
    ) {
        self.allowsPrivate = allowsPrivate
        self.allowsLocalSockets = allowsLocalSockets
        self.allowed = allowed
        self.resolver = resolver
    }

    /// The addresses to connect to, in the resolver's order; at least one. Throws `Refusal`.
    package func addresses(of host: String) async throws -> [IPAddress] {
        let found = try await resolver.resolve(host)
        guard !found.isEmpty else { throw Refusal.unknownHost }
        let refusals = found.map { refusal(of: $0, named: host) }
        let usable = zip(found, refusals).filter { $1 == nil }.map(\.0)
        if usable.isEmpty, let first = refusals.compactMap({ $0 }).first { throw first }
        return usable
    }

    /// Throws where a socket is not allowed; for hosts that need no address.
    package func checkLocalSocket() throws {
        if !allowsLocalSockets { throw Refusal.localSocket }
    }

    private func refusal(of address: IPAddress, named host: String) -> Refusal? {
        switch address.reach {
        case .never: return .neverAllowed
        case .inside where !allowsPrivate: return .privateAddress
        case .inside, .outside:
            guard let allowed else { return nil }
            return allowed.contains(host: host, address: address) ? nil : .notListed
        }
    }
}
