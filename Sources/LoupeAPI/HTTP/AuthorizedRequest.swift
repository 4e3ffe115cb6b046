import HTTPTypes
package import LoupeCore

/// A request of somebody who may make it.
package struct AuthorizedRequest: Sendable {
    package let incoming: IncomingRequest
    package let identity: Identity

    package var organization: Organization.ID { identity.organization }
    package var user: User.ID { identity.user }
    package var role: Role { identity.role }
    package var id: String { incoming.id }
    package var query: QueryItems { incoming.query }
    package var clientAddress: String { incoming.clientAddress }

    package func path<Entity>(_ name: String, as type: Identifier<Entity>.Type) throws(LoupeError) -> Identifier<Entity>
    {
        try incoming.path(name, as: type)
    }

    package func path(_ name: String) throws(LoupeError) -> String {
        try incoming.path(name)
    }

    /// The version that `If-Match` names; nil where the client does not mind. Throws `preconditionFailed` for a tag
    /// that no version has.
    package func expectedVersion() throws(LoupeError) -> Int? {
        guard let header = incoming.headers[.ifMatch], header != "*" else { return nil }
        guard let version = EntityTag.version(header) else {
            throw LoupeError(.preconditionFailed, "the object was changed meanwhile")
        }
        return version
    }
}
