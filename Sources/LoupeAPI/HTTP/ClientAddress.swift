import HTTPTypes
import LoupeCore

/// Finds the client's address: the connection's peer, or behind trusted proxies the last address that is not theirs.
struct ClientAddress: Sendable {
    let context: ConnectionContext
    let headers: HTTPFields
    let trustedProxies: [AddressRange]

    /// Of a peer without an address, such as a local socket.
    static let unknown = "local"

    /// What the client wrote into `X-Forwarded-For` itself is to the left of what a trusted proxy added, so the reading
    /// goes from the right and stops at the first address that no trusted proxy has.
    var text: String {
        guard var address = context.peer else { return ClientAddress.unknown }
        guard !trustedProxies.isEmpty, let header = headers[.forwardedFor] else { return address }
        for hop in header.split(separator: ",").reversed() {
            guard trustedProxies.contains(where: { $0.contains(address) }) else { break }
            let candidate = hop.filter { $0 != " " }
            guard IPAddress(candidate) != nil else { break }
            address = candidate
        }
        return address
    }
}
