/// A person with an account in one organization.
package struct User: Hashable, Sendable {
    package typealias ID = Identifier<User>

    package let id: ID
    package let organizationID: Organization.ID
    package var email: String
    package var name: String
    package var role: Role
    package var createdAt: Timestamp

    package init(
        id: ID,
        organizationID: Organization.ID,
        email: String,
        name: String,
        role: Role,
        createdAt: Timestamp
    ) {
        self.id = id
        self.organizationID = organizationID
        self.email = email
        self.name = name
        self.role = role
        self.createdAt = createdAt
    }
}

/// A signed-in browser or program. Its refresh tokens are one family, of which the newest is good.
package struct Session: Hashable, Sendable {
    package typealias ID = Identifier<Session>

    package let id: ID
    package let userID: User.ID
    package let organizationID: Organization.ID
    package var userAgent: String
    package var address: String
    package var createdAt: Timestamp
    package var lastSeenAt: Timestamp
    package var expiresAt: Timestamp
    package var revokedAt: Timestamp?

    package init(
        id: ID,
        userID: User.ID,
        organizationID: Organization.ID,
        userAgent: String,
        address: String,
        createdAt: Timestamp,
        lastSeenAt: Timestamp,
        expiresAt: Timestamp,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.userID = userID
        self.organizationID = organizationID
        self.userAgent = userAgent
        self.address = address
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}
