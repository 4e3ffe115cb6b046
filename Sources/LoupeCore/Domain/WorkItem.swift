/// A short errand for a runner that is no query of a person's: only runners open datasources.
package struct WorkItem: Hashable, Sendable {
    package typealias ID = Identifier<WorkItem>

    package enum Kind: String, CaseIterable, Sendable {
        case test
        case introspect
        case explain
    }

    package let id: ID
    package let organizationID: Organization.ID
    package var kind: Kind
    /// Nil for the test of a connection that is not saved.
    package var datasourceID: Datasource.ID?
    /// What the kind needs; a connection to test lies in `sealed` instead.
    package var payload: JSONValue
    package var sealed: [UInt8]?
    package var createdAt: Timestamp

    package init(
        id: ID,
        organizationID: Organization.ID,
        kind: Kind,
        datasourceID: Datasource.ID?,
        payload: JSONValue = [:],
        sealed: [UInt8]? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.organizationID = organizationID
        self.kind = kind
        self.datasourceID = datasourceID
        self.payload = payload
        self.sealed = sealed
        self.createdAt = createdAt
    }
}
