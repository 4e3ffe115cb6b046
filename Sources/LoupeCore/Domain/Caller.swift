/// Who asks a service for something: what decides over what may be seen and done.
package struct Caller: Hashable, Sendable {
    package let organization: Organization.ID
    package let user: User.ID
    package let role: Role
    /// For the audit log.
    package let address: String

    package init(organization: Organization.ID, user: User.ID, role: Role, address: String) {
        self.organization = organization
        self.user = user
        self.role = role
        self.address = address
    }
}
