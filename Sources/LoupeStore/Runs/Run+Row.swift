import LoupeCore

extension Run {
    /// What a run is read from: `r` the run, `t` its SQL, `d` its datasource, `u` its creator.
    static let tables: StaticString = """
        runs r JOIN sql_texts t ON t.org_id = r.org_id AND t.hash = r.sql_hash
        JOIN datasources d ON d.org_id = r.org_id AND d.id = r.datasource_id
        LEFT JOIN users u ON u.org_id = r.org_id AND u.id = r.created_by
        """

    /// In the order in which `init(row:)` reads them.
    static let columns: StaticString = """
        r.id, r.org_id, r.query_id, r.query_name, r.datasource_id, d.name, r.datasource_revision, t.sql, \
        r.parameters, r.time_zone, r.trigger, r.schedule_id, r.priority, r.timeout_seconds, r.max_rows, r.max_bytes, \
        r.status, r.attempt, r.max_attempts, r.lease_token, r.cancel_requested_at, r.runner_id, r.started_at, \
        r.completed_at, r.result_id, r.row_count, r.byte_count, r.execution_time_ms, r.truncated_by, r.expires_at, \
        r.scheduled_for, r.error, r.created_by, u.name, r.created_at
        """

    init(row: inout RowReader) throws {
        let id: Run.ID = try row.id()
        let organizationID: Organization.ID = try row.id()
        let queryID: SavedQuery.ID? = try row.optionalID()
        let queryName = try row.optionalText()
        let datasourceID: Datasource.ID = try row.id()
        let datasourceName = try row.text()
        let revision = try row.int()
        let sql = try row.text()
        let parameters = try row.json()
        let timeZone = try row.text()
        let trigger: RunTrigger = try row.enum()
        let scheduleID: Schedule.ID? = try row.optionalID()
        let priority: RunPriority = try row.enum()
        var limits = QueryLimits()
        limits.timeoutSeconds = try row.int()
        limits.maxRows = try row.int()
        limits.maxBytes = try row.int()
        let status: RunStatus = try row.enum()
        let attempt = try row.int()
        let maxAttempts = try row.int()
        limits.maxRetries = maxAttempts - 1
        let lease = try row.optionalUUID()
        let cancelRequestedAt = try row.optionalTimestamp()
        let runnerID = try row.optionalText()
        let startedAt = try row.optionalTimestamp()
        let completedAt = try row.optionalTimestamp()
        var outcome = Run.Outcome()
        outcome.resultID = try row.optionalID()
        outcome.rowCount = try row.optionalInt()
        outcome.byteCount = try row.optionalInt()
        outcome.executionMilliseconds = try row.optionalInt()
        outcome.truncatedBy = try row.optionalText().flatMap(Truncation.init)
        outcome.expiresAt = try row.optionalTimestamp()
        let scheduledFor = try row.optionalTimestamp()
        let error = QueryFailure(json: try row.optionalJSON())
        let createdBy: User.ID? = try row.optionalID()
        let createdByName = try row.optionalText()
        self.init(
            id: id,
            organizationID: organizationID,
            queryID: queryID,
            datasourceID: datasourceID,
            datasourceRevision: revision,
            sql: sql,
            parameters: parameters,
            timeZone: timeZone,
            trigger: trigger,
            priority: priority,
            limits: limits,
            createdBy: createdBy,
            createdAt: try row.timestamp()
        )
        self.queryName = queryName
        self.datasourceName = datasourceName
        self.scheduleID = scheduleID
        self.state = RunState(
            status: status,
            attempt: attempt,
            maxAttempts: maxAttempts,
            lease: lease,
            isCancelRequested: cancelRequestedAt != nil
        )
        self.cancelRequestedAt = cancelRequestedAt
        self.runnerID = runnerID
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.outcome = outcome
        self.scheduledFor = scheduledFor
        self.error = error
        self.createdByName = createdByName
    }
}
