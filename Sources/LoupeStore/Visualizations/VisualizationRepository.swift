package import LoupeCore

/// Charts of saved queries. Deleting moves them to the bin; no call here answers with what is there.
package struct VisualizationRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func find(_ id: Visualization.ID, in organization: Organization.ID) async throws -> Visualization {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: Visualization.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Visualization {
        let visualization = try transaction.first(
            "SELECT \(columns(transaction.dialect)) FROM \(tables) WHERE \(isHere(id, organization))",
            as: Visualization.init(row:)
        )
        guard let visualization else { throw LoupeError.notFound("visualization") }
        return visualization
    }

    /// The same, and it cannot be deleted before the transaction ends.
    package static func lock(
        _ id: Visualization.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Visualization {
        guard try ObjectRows.isHere(.visualization, id.uuid, in: organization, transaction) else {
            throw LoupeError.notFound("visualization")
        }
        return try find(id, in: organization, transaction)
    }

    /// Without `config`.
    package func list(
        _ request: ListRequest,
        query: SavedQuery.ID? = nil,
        in organization: Organization.ID
    ) async throws -> Page<Visualization> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        if let query { filter += " AND o.query_id = \(query)" }
        filter += request.tagCondition(.visualization)
        filter += request.searchCondition(.visualization, in: organization, database.dialect)
        let list = ListQuery(
            columns: Self.columns(database.dialect, config: "'null'"),
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: ListSort.ofObjects
        )
        return try await database.read { try list.page(request, in: $0, as: Visualization.init(row:)) }
    }

    static let tables: SQL = """
        visualizations AS o LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static func columns(_ dialect: Dialect, config: SQL = "o.config") -> SQL {
        """
        o.id, o.org_id, o.query_id, o.name, o.chart_type, \(config), o.created_by, creator.name, o.created_at,
        o.updated_at, o.version, \(dialect.tags(of: .visualization))
        """
    }

    static func isHere(_ id: Visualization.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }
}

extension Visualization {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            queryID: try row.id(),
            name: try row.text(),
            chartType: try row.enum(),
            config: try row.json(),
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        tags = try row.strings()
    }
}
