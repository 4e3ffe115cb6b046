/// A program's own credential, made by a person and never more powerful than they are.
package struct APIKey: Hashable, Sendable {
    package typealias ID = Identifier<APIKey>

    package let id: ID
    package let organizationID: Organization.ID
    package let userID: User.ID
    package var name: String
    /// The first characters of its text, by which a person tells it from others.
    package var prefix: String
    /// As it was given; what counts is the lower of this and its owner's.
    package var role: Role
    package var createdAt: Timestamp
    /// Nil: it does not expire.
    package var expiresAt: Timestamp?
    /// To the minute.
    package var lastUsedAt: Timestamp?

    package init(
        id: ID,
        organizationID: Organization.ID,
        userID: User.ID,
        name: String,
        prefix: String,
        role: Role,
        createdAt: Timestamp,
        expiresAt: Timestamp? = nil,
        lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organizationID = organizationID
        self.userID = userID
        self.name = name
        self.prefix = prefix
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
    }

    /// An API key as whoever acts with it is known by.
    package struct Handle: Hashable, Sendable {
        package let id: APIKey.ID
        package let name: String

        package init(id: APIKey.ID, name: String) {
            self.id = id
            self.name = name
        }
    }
}
