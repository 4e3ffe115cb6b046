/// One execution of one SQL text on one datasource: what every number on a screen can be traced to.
package struct Run: Hashable, Sendable {
    package typealias ID = Identifier<Run>

    package let id: ID
    package let organizationID: Organization.ID
    /// Nil for ad-hoc SQL.
    package var queryID: SavedQuery.ID?
    package var queryName: String?
    package var datasourceID: Datasource.ID
    package var datasourceName: String?
    package var datasourceRevision: Int
    package var sql: String
    /// Values as they were resolved, by name.
    package var parameters: JSONValue
    package var timeZone: String
    package var trigger: RunTrigger
    package var scheduleID: Schedule.ID?
    package var priority: RunPriority
    package var limits: QueryLimits
    package var state: RunState
    package var runnerID: String?
    package var startedAt: Timestamp?
    package var completedAt: Timestamp?
    package var outcome: Outcome
    package var cancelRequestedAt: Timestamp?
    package var scheduledFor: Timestamp?
    package var error: QueryFailure?
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp

    /// What a completed run brought.
    package struct Outcome: Hashable, Sendable {
        package var resultID: Identifier<StoredResult>?
        package var rowCount: Int?
        /// Rows as JSON, before compression.
        package var byteCount: Int?
        /// On the datasource.
        package var executionMilliseconds: Int?
        package var truncatedBy: Truncation?
        /// When the result is given up; the run stays longer.
        package var expiresAt: Timestamp?

        package init() {}
    }

    package init(
        id: ID,
        organizationID: Organization.ID,
        queryID: SavedQuery.ID? = nil,
        datasourceID: Datasource.ID,
        datasourceRevision: Int,
        sql: String,
        parameters: JSONValue = [:],
        timeZone: String,
        trigger: RunTrigger,
        priority: RunPriority,
        limits: QueryLimits,
        createdBy: User.ID?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.organizationID = organizationID
        self.queryID = queryID
        self.datasourceID = datasourceID
        self.datasourceRevision = datasourceRevision
        self.sql = sql
        self.parameters = parameters
        self.timeZone = timeZone
        self.trigger = trigger
        self.priority = priority
        self.limits = limits
        state = RunState(maxAttempts: limits.maxRetries + 1)
        outcome = Outcome()
        self.createdBy = createdBy
        self.createdAt = createdAt
    }

    package var status: RunStatus { state.status }
}

/// A result's name: an immutable thing of its own that many runs may share.
package enum StoredResult {
    package typealias ID = Identifier<StoredResult>
}
