package import LoupeCore

/// Canvases with their nodes and edges. Deleting moves them to the bin; no call here answers with what is there.
package struct CanvasRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// A canvas as a list shows it.
    package struct Summary: Hashable, Sendable {
        /// Without its nodes and edges.
        package let canvas: Canvas
        package let nodeCount: Int
        package let edgeCount: Int
    }

    /// The canvas with all that is on it: three statements, however much that is.
    package func find(_ id: Canvas.ID, in organization: Organization.ID) async throws -> Canvas {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: Canvas.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Canvas {
        let found = try transaction.first(
            "SELECT \(columns(transaction.dialect)) FROM \(tables) WHERE \(isHere(id, organization))",
            as: Canvas.init(row:)
        )
        guard var canvas = found else { throw LoupeError.notFound("canvas") }
        try canvas.load(transaction)
        return canvas
    }

    package func list(_ request: ListRequest, in organization: Organization.ID) async throws -> Page<Summary> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        filter += request.tagCondition(.canvas)
        filter += request.searchCondition(.canvas, in: organization, database.dialect)
        let query = ListQuery(
            columns: "\(Self.columns(database.dialect)), \(Self.counts)",
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: ListSort.ofObjects
        )
        return try await database.read { transaction in
            try query.page(request, in: transaction) { row in
                Summary(canvas: try Canvas(row: &row), nodeCount: try row.int(), edgeCount: try row.int())
            }
        }
    }

    static let tables: SQL = """
        canvases AS o LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static func columns(_ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite: sqliteColumns
        case .postgres: postgresColumns
        }
    }

    private static let sqliteColumns: SQL = "\(ownColumns), \(Dialect.sqlite.tags(of: .canvas))"
    private static let postgresColumns: SQL = "\(ownColumns), \(Dialect.postgres.tags(of: .canvas))"

    private static let ownColumns: SQL = """
        o.id, o.org_id, o.name, o.time_preset, o.time_offset, o.time_custom_start, o.time_custom_end, o.live,
        o.created_by, creator.name, o.created_at, o.updated_at, o.version
        """

    private static let counts: SQL = """
        (SELECT count(*) FROM canvas_nodes AS n WHERE n.org_id = o.org_id AND n.canvas_id = o.id),
        (SELECT count(*) FROM canvas_edges AS e WHERE e.org_id = o.org_id AND e.canvas_id = o.id)
        """

    static func isHere(_ id: Canvas.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }
}

extension CanvasRepository {
    /// Whether the canvas has such a node. Throws `not_found` where there is no such canvas.
    package func has(_ node: CanvasNode.ID, on id: Canvas.ID, in organization: Organization.ID) async throws -> Bool {
        try await has("canvas_nodes", .uuid(node.uuid), on: id, in: organization)
    }

    package func has(_ edge: CanvasEdge.ID, on id: Canvas.ID, in organization: Organization.ID) async throws -> Bool {
        try await has("canvas_edges", .uuid(edge.uuid), on: id, in: organization)
    }

    private func has(
        _ table: SQL,
        _ part: SQLValue,
        on id: Canvas.ID,
        in organization: Organization.ID
    ) async throws -> Bool {
        let found = try await database.read { transaction in
            try transaction.first(
                """
                SELECT (SELECT count(*) FROM \(table) AS p WHERE p.org_id = o.org_id AND p.canvas_id = o.id
                AND p.id = \(part)) FROM canvases AS o WHERE \(Self.isHere(id, organization))
                """
            ) { try $0.int() }
        }
        guard let found else { throw LoupeError.notFound("canvas") }
        return found > 0
    }
}
