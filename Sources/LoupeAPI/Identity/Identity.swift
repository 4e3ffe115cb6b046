package import LoupeCore

/// Who makes a request, as the session's row says, not as the token does.
package struct Identity: Hashable, Sendable {
    package let organization: Organization.ID
    package let user: User.ID
    package let role: Role
    package let session: Session.ID
    /// When the access token ends.
    package let expiresAt: Timestamp
    /// Which limit the requests count against: a session's user's, or the API key's own.
    package let rateRule: RateRule
    /// What the requests are counted under; kept, as every request needs it.
    let rateKey: String

    /// Without a `rateKey` requests count under the user.
    package init(
        organization: Organization.ID,
        user: User.ID,
        role: Role,
        session: Session.ID,
        expiresAt: Timestamp,
        rateRule: RateRule = .user,
        rateKey: String? = nil
    ) {
        self.organization = organization
        self.user = user
        self.role = role
        self.session = session
        self.expiresAt = expiresAt
        self.rateRule = rateRule
        self.rateKey = rateKey ?? user.description
    }
}
