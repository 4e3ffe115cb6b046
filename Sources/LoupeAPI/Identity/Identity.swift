package import LoupeCore

/// Who makes a request, as the session's row says, not as the token does.
package struct Identity: Hashable, Sendable {
    package let organization: Organization.ID
    package let user: User.ID
    package let role: Role
    package let session: Session.ID
    /// When the access token ends.
    package let expiresAt: Timestamp
    /// What the user's requests are counted under; kept, as every request needs it.
    let rateKey: String

    package init(
        organization: Organization.ID,
        user: User.ID,
        role: Role,
        session: Session.ID,
        expiresAt: Timestamp
    ) {
        self.organization = organization
        self.user = user
        self.role = role
        self.session = session
        self.expiresAt = expiresAt
        rateKey = user.description
    }
}
