package import LoupeCore

/// What an access token says: who, by which sign-in, where. Roles are not in it: they are read from the session's row.
package struct AccessClaims: Hashable, Sendable {
    package let user: User.ID
    package let session: Session.ID
    package let organization: Organization.ID
    /// In whole seconds, as a token holds it.
    package let expiresAt: Timestamp

    package init(user: User.ID, session: Session.ID, organization: Organization.ID, expiresAt: Timestamp) {
        self.user = user
        self.session = session
        self.organization = organization
        self.expiresAt = expiresAt
    }
}
