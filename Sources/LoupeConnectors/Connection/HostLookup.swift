package import LoupeCore
import LoupePostgres

/// Turns a host's name into addresses.
package struct HostLookup: Sendable {
    /// Empty where the name is unknown; throws when cancelled.
    package let resolve: @Sendable (String) async throws -> [IPAddress]

    package init(resolve: @escaping @Sendable (String) async throws -> [IPAddress]) {
        self.resolve = resolve
    }

    /// The system's resolver, which may take half a minute and cannot be interrupted: it waits on a thread of its own, and
    /// after eight seconds nobody waits for it. A host that takes longer counts as unknown.
    package static let system = HostLookup { host in
        do {
            let addresses = try await HostResolver.addresses(of: host, within: .seconds(8))
            return addresses.compactMap { IPAddress($0) }
        } catch is PostgresConnectError {
            return []
        }
    }
}
