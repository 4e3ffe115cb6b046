package import Foundation
package import LoupeCore

/// What an access token says: who, by which sign-in, where. Roles are not in it: they are read from the session's row.
package struct AccessClaims: Hashable, Sendable {
    package let user: UUID
    package let session: UUID
    package let organization: UUID
    /// In whole seconds, as a token holds it.
    package let expiresAt: Timestamp

    package init(user: UUID, session: UUID, organization: UUID, expiresAt: Timestamp) {
        self.user = user
        self.session = session
        self.organization = organization
        self.expiresAt = expiresAt
    }
}
