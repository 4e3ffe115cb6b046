package import LoupeCore

/// What the first page shows.
package struct HomeRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package struct Home: Sendable {
        package let recent: [RecentRepository.Recent]
        package let favorites: [FavoriteRepository.Favorite]
        package let failing: [Failing]
        /// Waiting or running, that the person may see.
        package let running: [Run]
        /// How many objects of each kind the organization has.
        package let counts: [ObjectKind: Int]
    }

    /// A schedule whose last runs failed.
    package struct Failing: Hashable, Sendable {
        package let id: Schedule.ID
        package let name: String
        package let queryID: SavedQuery.ID
        package let queryName: String
        package let consecutiveFailures: Int
        package let lastRunAt: Timestamp?
    }

    /// So many of each.
    package static let limit = 10

    /// Everything at one moment, in seven statements, whatever there is.
    package func read(for caller: Caller) async throws -> Home {
        try await database.read { transaction in
            let organization = caller.organization
            return Home(
                recent: try RecentRepository.list(of: caller.user, in: organization, limit: Self.limit, transaction),
                favorites: try FavoriteRepository.list(
                    of: caller.user,
                    in: organization,
                    limit: Self.limit,
                    transaction
                ),
                failing: try Self.failing(in: organization, transaction),
                running: try Self.running(for: caller, transaction),
                counts: try Self.counts(in: organization, transaction)
            )
        }
    }

    private static func failing(
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> [Failing] {
        try transaction.all(
            """
            SELECT o.id, o.name, q.id, q.name, o.consecutive_failures, o.last_run_at FROM schedules AS o
            JOIN queries AS q ON q.org_id = o.org_id AND q.id = o.query_id
            WHERE o.org_id = \(organization) AND o.deleted_at IS NULL AND o.consecutive_failures > 0
            ORDER BY o.consecutive_failures DESC, o.name_key, o.id LIMIT \(limit)
            """
        ) { row in
            Failing(
                id: try row.id(),
                name: try row.text(),
                queryID: try row.id(),
                queryName: try row.text(),
                consecutiveFailures: try row.int(),
                lastRunAt: try row.optionalTimestamp()
            )
        }
    }

    private static func running(for caller: Caller, _ transaction: any Transaction) throws -> [Run] {
        var filter = RunRepository.Filter()
        filter.onlyVisibleTo = caller.role >= .editor ? nil : caller.user
        return try transaction.all(
            """
            SELECT \(trusted: Run.columns) FROM \(trusted: Run.tables)
            WHERE \(filter.condition(in: caller.organization, transaction.dialect)) AND r.status IN ('queued', 'running')
            ORDER BY r.created_at DESC, r.id LIMIT \(limit)
            """,
            as: { try Run(row: &$0) }
        )
    }

    private static func counts(
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> [ObjectKind: Int] {
        var sql: SQL = ""
        for kind in ObjectKind.allCases {
            if !sql.text.isEmpty { sql += " UNION ALL " }
            sql += """
                SELECT \(kind.literal), count(*) FROM \(kind.table)
                WHERE org_id = \(organization) AND deleted_at IS NULL
                """
        }
        let counted = try transaction.all(sql) { row -> (ObjectKind, Int) in (try row.enum(), try row.int()) }
        return Dictionary(counted) { first, _ in first }
    }
}
