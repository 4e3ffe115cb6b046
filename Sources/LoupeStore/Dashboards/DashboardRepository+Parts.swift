package import LoupeCore

extension DashboardRepository {
    /// What a page of tiles is drawn from, beside the tiles.
    package enum Part: String, CaseIterable, Sendable {
        case visualizations
        case queries
    }

    /// A dashboard with the parts that were asked for; nil for the others.
    package struct Whole: Sendable {
        package let dashboard: Dashboard
        package var visualizations: [Visualization]?
        package var queries: [SavedQuery]?

        package init(_ dashboard: Dashboard) {
            self.dashboard = dashboard
        }
    }

    /// A dashboard with what its tiles show, in at most four statements however many tiles it has.
    package func find(
        _ id: Dashboard.ID,
        with parts: Set<Part>,
        in organization: Organization.ID
    ) async throws -> Whole {
        try await database.read { transaction in
            var whole = Whole(try Self.find(id, in: organization, transaction))
            let dialect = transaction.dialect
            if parts.contains(.visualizations) {
                whole.visualizations = try transaction.all(
                    """
                    SELECT \(VisualizationRepository.columns(dialect)) FROM \(VisualizationRepository.tables)
                    WHERE o.org_id = \(organization) AND o.deleted_at IS NULL
                    AND o.id IN (\(Self.shown("t.visualization_id", on: id, organization)))
                    ORDER BY o.name_key, o.id
                    """,
                    as: Visualization.init(row:)
                )
            }
            if parts.contains(.queries) {
                whole.queries = try transaction.all(
                    """
                    SELECT \(QueryRepository.columns(dialect)) FROM \(QueryRepository.tables)
                    WHERE o.org_id = \(organization) AND o.deleted_at IS NULL
                    AND o.id IN (\(Self.shown("v.query_id", on: id, organization)))
                    ORDER BY o.name_key, o.id
                    """,
                    as: SavedQuery.init(row:)
                )
            }
            return whole
        }
    }

    private static func shown(_ column: StaticString, on id: Dashboard.ID, _ organization: Organization.ID) -> SQL {
        """
        SELECT \(trusted: column) FROM tiles AS t
        JOIN visualizations AS v ON v.org_id = t.org_id AND v.id = t.visualization_id AND v.deleted_at IS NULL
        WHERE t.org_id = \(organization) AND t.dashboard_id = \(id)
        """
    }
}
