package import LoupeCore

/// Dashboards with their tiles. A change of a tile is a change of its dashboard: it raises the version and writes a
/// revision.
package struct DashboardRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// A dashboard of a list, without tiles.
    package struct Item: Hashable, Sendable {
        package let dashboard: Dashboard
        package let tileCount: Int
    }

    package func find(_ id: Dashboard.ID, in organization: Organization.ID) async throws -> Dashboard {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: Dashboard.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Dashboard {
        let found = try transaction.first(
            "SELECT \(columns(transaction.dialect)) FROM \(tables) WHERE \(isHere(id, organization))",
            as: Dashboard.init(row:)
        )
        guard var dashboard = found else { throw LoupeError.notFound("dashboard") }
        dashboard.tiles = try tiles(of: id, in: organization, transaction)
        return dashboard
    }

    package func list(_ request: ListRequest, in organization: Organization.ID) async throws -> Page<Item> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        filter += request.tagCondition(.dashboard)
        filter += request.searchCondition(.dashboard, in: organization, database.dialect)
        let query = ListQuery(
            columns: """
                \(Self.columns(database.dialect)), (SELECT count(*) FROM tiles AS t
                WHERE t.org_id = o.org_id AND t.dashboard_id = o.id AND \(Self.isShown))
                """,
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: ListSort.ofObjects
        )
        return try await database.read { transaction in
            try query.page(request, in: transaction) { row in
                Item(dashboard: try Dashboard(row: &row), tileCount: try row.int())
            }
        }
    }

    static let tables: SQL = """
        dashboards AS o LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static func columns(_ dialect: Dialect) -> SQL {
        """
        o.id, o.org_id, o.name, o.description, o.parameters, o.created_by, creator.name, o.created_at, o.updated_at,
        o.version, \(dialect.tags(of: .dashboard))
        """
    }

    static func isHere(_ id: Dashboard.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }

    /// That a tile `t` is a text, or its visualization is not in the bin.
    static let isShown: SQL = """
        (t.visualization_id IS NULL OR EXISTS (SELECT 1 FROM visualizations AS shown
        WHERE shown.org_id = t.org_id AND shown.id = t.visualization_id AND shown.deleted_at IS NULL))
        """
}

extension Dashboard {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            name: try row.text(),
            description: try row.text(),
            parameters: try ParameterDefinition.list(row: &row),
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        tags = try row.strings()
    }
}
