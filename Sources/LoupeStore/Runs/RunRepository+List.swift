package import LoupeCore

extension RunRepository {
    /// Which runs a list is about.
    package struct Filter: Hashable, Sendable {
        package var query: SavedQuery.ID?
        package var datasource: Datasource.ID?
        package var schedule: Schedule.ID?
        package var trigger: RunTrigger?
        package var createdBy: User.ID?
        /// Empty for all.
        package var statuses: [RunStatus] = []
        /// Of `created_at`, half-open.
        package var from: Timestamp?
        package var to: Timestamp?
        /// Where set, ad-hoc runs of others are left out: what a viewer sees.
        package var onlyVisibleTo: User.ID?

        package init() {}
    }

    /// Throws `bad_request` for an unknown order or a cursor of another one.
    package func list(
        _ request: ListRequest,
        _ filter: Filter,
        in organization: Organization.ID
    ) async throws -> Page<Run> {
        let query = ListQuery(
            columns: "\(trusted: Run.columns)",
            from: "\(trusted: Run.tables)",
            filter: filter.condition(in: organization, search: request.search, database.dialect),
            id: "r.id",
            sorts: [
                ListSort("created_at", "r.created_at", .time),
                ListSort("started_at", "r.started_at", .time, isNullable: true),
                ListSort("completed_at", "r.completed_at", .time, isNullable: true),
            ]
        )
        return try await database.read { try query.page(request, in: $0, as: { try Run(row: &$0) }) }
    }
}

extension RunRepository.Filter {
    func condition(in organization: Organization.ID, search: String? = nil, _ dialect: Dialect) -> SQL {
        var sql: SQL = "r.org_id = \(organization)"
        if let query { sql += " AND r.query_id = \(query)" }
        if let datasource { sql += " AND r.datasource_id = \(datasource)" }
        if let schedule { sql += " AND r.schedule_id = \(schedule)" }
        if let trigger { sql += " AND r.trigger = \(trigger)" }
        if let createdBy { sql += " AND r.created_by = \(createdBy)" }
        if !statuses.isEmpty { sql += " AND r.status IN (\(list: statuses.map { .text($0.rawValue) }))" }
        if let from { sql += " AND r.created_at >= \(from)" }
        if let to { sql += " AND r.created_at < \(to)" }
        if let user = onlyVisibleTo {
            // As `Caller.maySee` says.
            sql += """
                 AND (r.query_id IS NOT NULL OR r.trigger IN ('dashboard', 'canvas') OR r.created_by = \(user))
                """
        }
        if let condition = TextSearch(search)?.condition(onSQL: dialect) {
            sql += """
                 AND r.sql_hash IN (SELECT x.hash FROM sql_texts AS x WHERE x.org_id = \(organization) AND \(condition))
                """
        }
        return sql
    }
}
