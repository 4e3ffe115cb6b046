/// Somebody's own unsaved text of a query.
package struct QueryDraft: Hashable, Sendable {
    package let queryID: SavedQuery.ID
    package var queryName: String
    /// As it stands in the editor: it need not run.
    package var sql: String
    /// Nil where they are not changed.
    package var parameters: [ParameterDefinition]?
    /// The query's version that the draft began from.
    package var baseVersion: Int
    /// The query's version now.
    package var currentVersion: Int
    package var updatedAt: Timestamp

    package init(
        queryID: SavedQuery.ID,
        queryName: String,
        sql: String,
        parameters: [ParameterDefinition]?,
        baseVersion: Int,
        currentVersion: Int,
        updatedAt: Timestamp
    ) {
        self.queryID = queryID
        self.queryName = queryName
        self.sql = sql
        self.parameters = parameters
        self.baseVersion = baseVersion
        self.currentVersion = currentVersion
        self.updatedAt = updatedAt
    }

    /// Whether the query was saved since: to save the draft would undo that.
    package var isStale: Bool { baseVersion != currentVersion }

    /// What the store keeps.
    package var content: JSONValue {
        [
            "sql": .string(sql),
            "parameters": parameters.map { .array($0.map(\.json)) } ?? .null,
        ]
    }
}
