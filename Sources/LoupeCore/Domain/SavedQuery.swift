/// A query that an organization keeps.
package struct SavedQuery: Hashable, Sendable {
    package typealias ID = Identifier<SavedQuery>

    package let id: ID
    package let organizationID: Organization.ID
    package var datasourceID: Datasource.ID
    package var name: String
    package var description: String
    package var sql: String
    package var parameters: [ParameterDefinition]
    /// Each 1…50 characters, at most 50, sorted, without duplicates.
    package var tags: [String]
    package var limits: QueryLimits
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var version: Int

    package init(
        id: ID,
        organizationID: Organization.ID,
        datasourceID: Datasource.ID,
        name: String,
        description: String = "",
        sql: String,
        parameters: [ParameterDefinition] = [],
        tags: [String] = [],
        limits: QueryLimits = QueryLimits(),
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1
    ) {
        self.id = id
        self.organizationID = organizationID
        self.datasourceID = datasourceID
        self.name = name
        self.description = description
        self.sql = sql
        self.parameters = parameters
        self.tags = tags
        self.limits = limits
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }
}

/// How long a run may take and how much it may bring.
package struct QueryLimits: Hashable, Sendable {
    /// 1…300
    package var timeoutSeconds = 30
    /// 1…1,000,000
    package var maxRows = 10_000
    /// Of rows as JSON before compression.
    package var maxBytes = 256 << 20
    /// 0…10
    package var maxRetries = 2

    package static let timeoutRange = 1...300
    package static let rowsRange = 1...1_000_000
    package static let bytesRange = 1...(256 << 20)
    package static let retriesRange = 0...10

    package init() {}
}
