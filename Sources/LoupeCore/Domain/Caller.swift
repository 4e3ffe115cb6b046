/// Who asks a service for something: what decides over what may be seen and done.
package struct Caller: Hashable, Sendable {
    package let organization: Organization.ID
    package let user: User.ID
    /// The person's, for the audit log.
    package let name: String
    package let role: Role
    /// What they act with; nil for a person who signed in.
    package let key: APIKey.Handle?
    /// For the audit log.
    package let address: String
    /// For the audit log.
    package let requestID: String?

    package init(
        organization: Organization.ID,
        user: User.ID,
        name: String,
        role: Role,
        key: APIKey.Handle? = nil,
        address: String,
        requestID: String? = nil
    ) {
        self.organization = organization
        self.user = user
        self.name = name
        self.role = role
        self.key = key
        self.address = address
        self.requestID = requestID
    }
}
