package import LoupeCore

extension DashboardRepository {
    /// The tiles that are shown, by row, then column.
    package static func tiles(
        of dashboard: Dashboard.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> [Tile] {
        try transaction.all(
            """
            SELECT \(tileColumns) FROM tiles AS t WHERE t.org_id = \(organization) AND t.dashboard_id = \(dashboard)
            AND \(isShown) ORDER BY t.pos_y, t.pos_x, t.id
            """,
            as: Tile.init(row:)
        )
    }

    /// One tile of a dashboard. Throws `notFound`.
    package static func tile(
        _ id: Tile.ID,
        of dashboard: Dashboard.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Tile {
        let tile = try transaction.first(
            """
            SELECT \(tileColumns) FROM tiles AS t WHERE t.org_id = \(organization) AND t.id = \(id)
            AND t.dashboard_id = \(dashboard) AND \(isShown)
            """,
            as: Tile.init(row:)
        )
        guard let tile else { throw LoupeError.notFound("tile") }
        return tile
    }

    /// Adds tiles in one statement.
    package static func insert(
        _ tiles: [Tile],
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        guard !tiles.isEmpty else { return }
        var insert: SQL = """
            INSERT INTO tiles (org_id, id, dashboard_id, tile_type, visualization_id, content, title, pos_x, pos_y,
            width, height, parameter_bindings, created_at, updated_at) VALUES
            """
        for (index, tile) in tiles.enumerated() {
            insert += """
                \(index == 0 ? " " : ", " as SQL)(\(organization), \(tile.id), \(tile.dashboardID), \(tile.kind),
                \(tile.visualizationID), \(tile.content), \(tile.title), \(tile.place.x), \(tile.place.y),
                \(tile.place.width), \(tile.place.height), \(tile.bindings), \(tile.createdAt), \(tile.updatedAt))
                """
        }
        try transaction.execute(insert)
    }

    package static func update(
        _ tile: Tile,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE tiles SET tile_type = \(tile.kind), visualization_id = \(tile.visualizationID),
            content = \(tile.content), title = \(tile.title), pos_x = \(tile.place.x), pos_y = \(tile.place.y),
            width = \(tile.place.width), height = \(tile.place.height), parameter_bindings = \(tile.bindings),
            updated_at = \(now) WHERE org_id = \(organization) AND id = \(tile.id)
            """
        )
    }

    /// Moves tiles; those that the dashboard does not have are left out.
    package static func move(
        _ places: [(Tile.ID, Tile.Place)],
        of dashboard: Dashboard.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        for (id, place) in places {
            try transaction.execute(
                """
                UPDATE tiles SET pos_x = \(place.x), pos_y = \(place.y), width = \(place.width),
                height = \(place.height), updated_at = \(now)
                WHERE org_id = \(organization) AND dashboard_id = \(dashboard) AND id = \(id)
                """
            )
        }
    }

    package static func remove(
        _ id: Tile.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute("DELETE FROM tiles WHERE org_id = \(organization) AND id = \(id)")
    }

    /// Makes a dashboard's tiles those, but for tiles whose visualization is gone for good.
    static func replaceTiles(
        of dashboard: Dashboard,
        _ transaction: any Transaction
    ) throws {
        let organization = dashboard.organizationID
        try transaction.execute(
            "DELETE FROM tiles WHERE org_id = \(organization) AND dashboard_id = \(dashboard.id)"
        )
        let wanted = Set(dashboard.tiles.compactMap(\.visualizationID))
        var known: Set<Visualization.ID> = []
        if !wanted.isEmpty {
            let list = wanted.map { SQLValue.uuid($0.uuid) }
            known = Set(
                try transaction.all(
                    "SELECT id FROM visualizations WHERE org_id = \(organization) AND id IN (\(list: list))"
                ) { try $0.id() }
            )
        }
        let tiles = dashboard.tiles.filter { tile in tile.visualizationID.map(known.contains) ?? true }
        try insert(tiles, in: organization, transaction)
    }

    private static let tileColumns: SQL = """
        t.id, t.dashboard_id, t.tile_type, t.visualization_id, t.content, t.title, t.pos_x, t.pos_y, t.width, t.height,
        t.parameter_bindings, t.created_at, t.updated_at
        """
}

extension Tile {
    fileprivate var bindings: JSONValue { .object(parameterBindings.mapValues(JSONValue.string)) }

    fileprivate init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            dashboardID: try row.id(),
            kind: try row.enum(),
            visualizationID: try row.optionalID(),
            content: try row.optionalText(),
            title: try row.optionalText(),
            place: Place(x: try row.int(), y: try row.int(), width: try row.int(), height: try row.int()),
            parameterBindings: Tile.bindings(try row.json()),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp()
        )
    }
}
