package import LoupeCore

/// A schedule whose time has come, with all that its run needs.
package struct DueSchedule: Sendable {
    package let id: Schedule.ID
    package let organizationID: Organization.ID
    package let cronExpression: String
    package let timeZone: String
    package let parameters: [String: JSONValue]
    package let createdBy: User.ID?
    /// The time that came; where several were missed, the first. Nil where its time has yet to be computed.
    package let dueAt: Timestamp?
    /// 0 Sunday … 6 Saturday.
    package let firstDayOfWeek: Int
    /// Whether a run of it is queued or running.
    package let isGoing: Bool
    /// Nil where the query or its datasource is gone.
    package let work: Work?

    package struct Work: Sendable {
        package let query: SavedQuery.ID
        package let queryName: String
        package let sql: String
        package let definitions: [ParameterDefinition]
        package let limits: QueryLimits
        package let datasource: Datasource.ID
        package let kind: Datasource.Kind
        package let revision: Int

        package init(_ query: SavedQuery, on datasource: Datasource) {
            self.query = query.id
            queryName = query.name
            sql = query.sql
            definitions = query.parameters
            limits = query.limits
            self.datasource = datasource.id
            kind = datasource.kind
            revision = datasource.revision
        }
    }
}

extension DueSchedule {
    /// What `init(row:)` reads: `o` the schedule, `s` its organization's settings, `q` its query, `d` the datasource.
    static let columns: SQL = """
        o.id, o.org_id, o.cron_expression, o.timezone, o.parameters, o.created_by, o.next_run_at, s.first_day_of_week,
        CASE WHEN EXISTS (SELECT 1 FROM (SELECT r.status FROM runs AS r WHERE r.org_id = o.org_id
            AND r.schedule_id = o.id ORDER BY r.created_at DESC LIMIT 100) AS newest
            WHERE newest.status IN ('queued', 'running')) THEN 1 ELSE 0 END,
        d.id, d.ds_type, d.revision, q.id, q.name, q.sql, q.parameters, q.timeout_seconds, q.max_rows, q.max_bytes,
        q.max_retries
        """

    static let tables: SQL = """
        schedules AS o JOIN organization_settings AS s ON s.org_id = o.org_id
        LEFT JOIN queries AS q ON q.org_id = o.org_id AND q.id = o.query_id AND q.deleted_at IS NULL
        LEFT JOIN datasources AS d ON d.org_id = q.org_id AND d.id = q.datasource_id AND d.deleted_at IS NULL
        """

    init(row: inout RowReader) throws {
        id = try row.id()
        organizationID = try row.id()
        cronExpression = try row.text()
        timeZone = try row.text()
        parameters = try row.members()
        createdBy = try row.optionalID()
        dueAt = try row.optionalTimestamp()
        firstDayOfWeek = try row.int()
        isGoing = try row.int() == 1
        work = try Work(row: &row)
    }
}

extension DueSchedule.Work {
    fileprivate init?(row: inout RowReader) throws {
        guard let datasource: Datasource.ID = try row.optionalID() else { return nil }
        self.datasource = datasource
        kind = try row.enum()
        revision = try row.int()
        query = try row.id()
        queryName = try row.text()
        sql = try row.text()
        definitions = try ParameterDefinition.list(row: &row)
        limits = try QueryLimits(row: &row)
    }
}
