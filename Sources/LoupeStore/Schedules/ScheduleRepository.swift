package import LoupeCore

/// Schedules. Deleting moves them to the bin; no call here answers with what is there.
package struct ScheduleRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func find(_ id: Schedule.ID, in organization: Organization.ID) async throws -> Schedule {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: Schedule.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Schedule {
        let schedule = try transaction.first(
            "SELECT \(columns(transaction.dialect)) FROM \(tables) WHERE \(isHere(id, organization))",
            as: Schedule.init(row:)
        )
        guard let schedule else { throw LoupeError.notFound("schedule") }
        return schedule
    }

    package static let sorts = [
        ListSort("name", "o.name_key", .text),
        ListSort("next_run_at", "o.next_run_at", .time, isNullable: true),
        ListSort("created_at", "o.created_at", .time),
        ListSort("updated_at", "o.updated_at", .time),
    ]

    /// Those of one query, or enabled or not, where it is given.
    package func list(
        _ request: ListRequest,
        query: SavedQuery.ID? = nil,
        isEnabled: Bool? = nil,
        in organization: Organization.ID
    ) async throws -> Page<Schedule> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        if let query { filter += " AND o.query_id = \(query)" }
        if let isEnabled { filter += " AND o.enabled = \(isEnabled)" }
        filter += request.tagCondition(.schedule)
        filter += request.searchCondition(.schedule, in: organization, database.dialect)
        let list = ListQuery(
            columns: Self.columns(database.dialect),
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: Self.sorts
        )
        return try await database.read { try list.page(request, in: $0, as: Schedule.init(row:)) }
    }

    static let tables: SQL = """
        schedules AS o LEFT JOIN queries AS q ON q.org_id = o.org_id AND q.id = o.query_id
        LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static func isHere(_ id: Schedule.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }

    static func columns(_ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite: sqliteColumns
        case .postgres: postgresColumns
        }
    }

    private static let sqliteColumns: SQL = """
        \(ownColumns), \(Dialect.sqlite.tags(of: .schedule)),
        (SELECT json_group_array(json_object('id', id, 'status', status, 'completed_at', completed_at)) FROM \(newest))
        """

    private static let postgresColumns: SQL = """
        \(ownColumns), \(Dialect.postgres.tags(of: .schedule)),
        (SELECT coalesce(json_agg(json_build_object('id', id, 'status', status, 'completed_at',
        (extract(epoch FROM completed_at) * 1000)::bigint) ORDER BY created_at DESC), '[]') FROM \(newest))
        """

    private static let newest: SQL = """
        (SELECT id, status, completed_at, created_at FROM runs WHERE org_id = o.org_id AND schedule_id = o.id
        ORDER BY created_at DESC LIMIT 10) AS newest
        """

    private static let ownColumns: SQL = """
        o.id, o.org_id, o.query_id, q.name, o.name, o.cron_expression, o.timezone, o.parameters, o.enabled, o.created_by,
        creator.name, o.created_at, o.updated_at, o.version, o.last_run_at, o.next_run_at, o.consecutive_failures,
        o.skipped_reason
        """
}

extension Schedule {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            queryID: try row.id(),
            queryName: try row.optionalText(),
            name: try row.text(),
            cronExpression: try row.text(),
            timeZone: try row.text(),
            parameters: try row.members(),
            isEnabled: try row.boolean(),
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        history.lastRunAt = try row.optionalTimestamp()
        history.nextRunAt = try row.optionalTimestamp()
        history.consecutiveFailures = try row.int()
        history.skippedReason = try row.optionalText()
        tags = try row.strings()
        guard case .array(let runs) = try row.json() else {
            throw StoreDecodingError(column: 19, expected: "a list of runs")
        }
        history.lastRuns = runs.compactMap(Schedule.LastRun.init(json:))
    }
}

extension Schedule.LastRun {
    /// Reads what the statement put together: the time in milliseconds.
    fileprivate init?(json: JSONValue) {
        guard case .object(let members) = json,
            case .string(let idText)? = members["id"], let id = Run.ID(idText),
            case .string(let word)? = members["status"], let status = RunStatus(rawValue: word)
        else { return nil }
        var completedAt: Timestamp?
        if case .number(let digits)? = members["completed_at"] {
            completedAt = Int64(digits).map(Timestamp.init(milliseconds:))
        }
        self.init(id: id, status: status, completedAt: completedAt)
    }
}

extension RowReader {
    /// Stored JSON text, an object.
    mutating func members() throws -> [String: JSONValue] {
        guard case .object(let members) = try json() else { throw StoreDecodingError(column: 0, expected: "an object") }
        return members
    }
}
