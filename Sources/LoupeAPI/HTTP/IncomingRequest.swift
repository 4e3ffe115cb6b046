import HTTPTypes
package import LoupeCore

/// A request whose route is found: what every handler may read, signed in or not.
package struct IncomingRequest: Sendable {
    let method: HTTPRequest.Method
    let headers: HTTPFields
    /// Of this request, in its answer and in every log line about it.
    package let id: String
    let endpoint: Endpoint
    let parameters: [Substring]
    /// The `Host` that the client named.
    let authority: String?
    /// The client's IP address, as far as trusted proxies tell it.
    let client: ClientAddress
    package let query: QueryItems

    package var clientAddress: String { client.text }
    /// Whether the connection comes from this machine, and not through a proxy on it.
    var isFromThisMachine: Bool {
        guard !headers.contains(.forwardedFor) else { return false }
        guard let peer = client.context.peer else { return true }
        return IPAddress(peer)?.isLoopback ?? false
    }

    package var userAgent: String { String((headers[.userAgent] ?? "").prefix(500)) }

    private func raw(_ name: String) -> Substring {
        guard let index = endpoint.parameterNames.firstIndex(of: name) else {
            preconditionFailure("\(endpoint.path) has no {\(name)}")
        }
        return parameters[index]
    }

    /// The text of a path's `{name}`.
    package func path(_ name: String) throws(LoupeError) -> String {
        guard let text = RequestTarget.decode(raw(name), plusIsSpace: false) else {
            throw LoupeError(.notFound, "there is nothing at this path")
        }
        return text
    }

    /// The id in a path's `{name}`. What is no id names nothing, so it is not found, like an id of another
    /// organization.
    package func path<Entity>(_ name: String, as _: Identifier<Entity>.Type) throws(LoupeError) -> Identifier<Entity> {
        guard let id = Identifier<Entity>(raw(name)) else {
            throw LoupeError.notFound(IncomingRequest.word(for: Entity.self))
        }
        return id
    }

    /// What an entity is called in "query not found", so that a malformed id is answered as an unknown one is.
    private static func word<Entity>(for entity: Entity.Type) -> String {
        switch entity {
        case is SavedQuery.Type: "query"
        case is Datasource.Type: "datasource"
        case is Visualization.Type: "visualization"
        case is Dashboard.Type: "dashboard"
        case is Tile.Type: "tile"
        case is Run.Type: "run"
        case is Canvas.Type: "canvas"
        case is CanvasNode.Type: "node"
        case is CanvasEdge.Type: "edge"
        case is User.Type: "user"
        case is Session.Type: "session"
        case is APIKey.Type: "API key"
        case is Invitation.Type: "invitation"
        default: "object"
        }
    }
}
