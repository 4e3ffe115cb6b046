/// A saved query that runs by itself.
package struct Schedule: Hashable, Sendable {
    package typealias ID = Identifier<Schedule>

    package let id: ID
    package let organizationID: Organization.ID
    package var queryID: SavedQuery.ID
    package var queryName: String?
    package var name: String
    /// As its author wrote it.
    package var cronExpression: String
    /// IANA name: due times are on its clocks, and relative dates are resolved in it.
    package var timeZone: String
    /// As in a request; dates may be relative.
    package var parameters: [String: JSONValue]
    package var tags: [String]
    package var isEnabled: Bool
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Raised by what people change, not by its runs.
    package var version: Int
    package var history: History

    /// What became of it so far.
    package struct History: Hashable, Sendable {
        package var lastRunAt: Timestamp?
        /// Nil where it is disabled, or where the scheduler has yet to compute it.
        package var nextRunAt: Timestamp?
        /// The newest first, at most ten.
        package var lastRuns: [LastRun] = []
        /// Runs that failed, and due times that could not become a run, since the last that completed.
        package var consecutiveFailures = 0
        /// Why the newest due time became no run; nil where it did.
        package var skippedReason: String?

        package init() {}
    }

    package struct LastRun: Hashable, Sendable {
        package let id: Run.ID
        package let status: RunStatus
        package let completedAt: Timestamp?

        package init(id: Run.ID, status: RunStatus, completedAt: Timestamp?) {
            self.id = id
            self.status = status
            self.completedAt = completedAt
        }
    }

    package static let lastRunsShown = 10

    package init(
        id: ID,
        organizationID: Organization.ID,
        queryID: SavedQuery.ID,
        queryName: String? = nil,
        name: String,
        cronExpression: String,
        timeZone: String = "UTC",
        parameters: [String: JSONValue] = [:],
        tags: [String] = [],
        isEnabled: Bool = true,
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1,
        history: History = History()
    ) {
        self.id = id
        self.organizationID = organizationID
        self.queryID = queryID
        self.queryName = queryName
        self.name = name
        self.cronExpression = cronExpression
        self.timeZone = timeZone
        self.parameters = parameters
        self.tags = tags
        self.isEnabled = isEnabled
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
        self.history = history
    }
}
