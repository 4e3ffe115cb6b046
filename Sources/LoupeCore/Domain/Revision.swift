/// What an object was at one save. Queries, dashboards and canvases have them.
package struct Revision: Hashable, Sendable {
    /// From 1, in the order of the saves.
    package let number: Int
    /// What a person can change of the object, as `restore` reads it; nil in lists, which carry no heavy parts.
    package var content: JSONValue?
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp

    package init(
        number: Int,
        content: JSONValue?,
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp
    ) {
        self.number = number
        self.content = content
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
    }
}
