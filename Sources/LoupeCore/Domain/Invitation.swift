/// A place in an organization that waits for the person of an address.
package struct Invitation: Hashable, Sendable {
    package typealias ID = Identifier<Invitation>

    package static let lifetime = Duration.seconds(7 * 86_400)

    package let id: ID
    package let organizationID: Organization.ID
    package var email: String
    package var role: Role
    package var invitedBy: User.ID?
    package var invitedByName: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        id: ID,
        organizationID: Organization.ID,
        email: String,
        role: Role,
        invitedBy: User.ID?,
        invitedByName: String? = nil,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.organizationID = organizationID
        self.email = email
        self.role = role
        self.invitedBy = invitedBy
        self.invitedByName = invitedByName
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
