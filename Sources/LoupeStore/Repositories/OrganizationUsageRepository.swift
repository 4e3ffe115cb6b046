package import LoupeCore

/// What an organization uses of the installation.
package struct OrganizationUsageRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package struct Usage: Hashable, Sendable {
        package let users: Int
        package let queries: Int
        package let runsToday: Int
        /// Of stored results, as they lie compressed.
        package let resultBytes: Int
    }

    /// `today` is when the organization's day began.
    package func read(of organization: Organization.ID, since today: Timestamp) async throws -> Usage {
        let usage = try await database.read { transaction in
            try transaction.first(
                """
                SELECT
                (SELECT count(*) FROM users WHERE org_id = \(organization) AND deleted_at IS NULL),
                (SELECT count(*) FROM queries WHERE org_id = \(organization) AND deleted_at IS NULL),
                (SELECT count(*) FROM runs WHERE org_id = \(organization) AND created_at >= \(today)),
                (SELECT CAST(coalesce(sum(stored_bytes), 0) AS bigint) FROM results
                WHERE org_id = \(organization) AND deleted_at IS NULL)
                """
            ) { row in
                Usage(
                    users: try row.int(),
                    queries: try row.int(),
                    runsToday: try row.int(),
                    resultBytes: try row.int()
                )
            }
        }
        guard let usage else { throw LoupeError.notFound("organization") }
        return usage
    }
}
