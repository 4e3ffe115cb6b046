package import LoupeCore
import LoupeStore

extension DashboardService {
    /// A tile with the version that its dashboard has since.
    package struct Placed: Sendable {
        package let tile: Tile
        package let version: Int
    }

    /// A tile about to be made.
    package struct TileDraft: Sendable {
        package var kind = Tile.Kind.visualization
        package var visualizationID: Visualization.ID?
        package var content: String?
        package var title: String?
        package var place: Tile.Place
        package var parameterBindings: [String: String] = [:]

        package init(place: Tile.Place) {
            self.place = place
        }
    }

    /// Throws `validation_failed` naming every offending field, also where the dashboard is full.
    package func addTile(
        _ draft: TileDraft,
        to id: Dashboard.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Placed {
        let now = surroundings.now()
        let tile = Tile(
            id: surroundings.newID(),
            dashboardID: id,
            kind: draft.kind,
            visualizationID: draft.visualizationID,
            content: draft.content,
            title: draft.title,
            place: draft.place,
            parameterBindings: draft.parameterBindings,
            createdAt: now,
            updatedAt: now
        )
        return try await database.write { transaction in
            let organization = caller.organization
            try DashboardRepository.touch(id, version: version, in: organization, at: now, transaction)
            let dashboard = try DashboardRepository.find(id, in: organization, transaction)
            guard dashboard.tiles.count < Dashboard.maximumTiles else {
                throw LoupeError.invalid("tiles", "a dashboard has at most \(Dashboard.maximumTiles)")
            }
            try TileRules.check(tile, on: dashboard, transaction)
            try DashboardRepository.insert([tile], in: organization, transaction)
            return try Self.placed(tile, by: caller, at: now, transaction)
        }
    }

    /// Changes what `change` changes.
    package func updateTile(
        _ tileID: Tile.ID,
        of id: Dashboard.ID,
        version: Int?,
        by caller: Caller,
        _ change: @escaping @Sendable (inout Tile) -> Void
    ) async throws -> Placed {
        let now = surroundings.now()
        return try await database.write { transaction in
            let organization = caller.organization
            try DashboardRepository.touch(id, version: version, in: organization, at: now, transaction)
            let dashboard = try DashboardRepository.find(id, in: organization, transaction)
            guard var tile = dashboard.tiles.first(where: { $0.id == tileID }) else {
                throw LoupeError.notFound("tile")
            }
            let before = tile
            change(&tile)
            try TileRules.check(tile, was: before, on: dashboard, transaction)
            try DashboardRepository.update(tile, in: organization, at: now, transaction)
            return try Self.placed(tile, by: caller, at: now, transaction)
        }
    }

    package func removeTile(
        _ tileID: Tile.ID,
        of id: Dashboard.ID,
        version: Int?,
        by caller: Caller
    ) async throws {
        let now = surroundings.now()
        try await database.write { transaction in
            let organization = caller.organization
            try DashboardRepository.touch(id, version: version, in: organization, at: now, transaction)
            _ = try DashboardRepository.tile(tileID, of: id, in: organization, transaction)
            try DashboardRepository.remove(tileID, in: organization, transaction)
            try DashboardRepository.saveRevision(of: id, by: caller.user, in: organization, at: now, transaction)
        }
    }

    /// Moves tiles, all or none. Throws `validation_failed` naming every tile that the dashboard does not have, or that
    /// is named twice.
    package func arrange(
        _ places: [(Tile.ID, Tile.Place)],
        of id: Dashboard.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Dashboard {
        let now = surroundings.now()
        return try await database.write { transaction in
            let organization = caller.organization
            try DashboardRepository.touch(id, version: version, in: organization, at: now, transaction)
            let tiles = try DashboardRepository.tiles(of: id, in: organization, transaction)
            try TileRules.check(places.map(\.0), among: Set(tiles.map(\.id)))
            try DashboardRepository.move(places, of: id, in: organization, at: now, transaction)
            return try DashboardRepository.saveRevision(
                of: id,
                by: caller.user,
                in: organization,
                at: now,
                transaction
            )
        }
    }

    private static func placed(
        _ tile: Tile,
        by caller: Caller,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Placed {
        let dashboard = try DashboardRepository.saveRevision(
            of: tile.dashboardID,
            by: caller.user,
            in: caller.organization,
            at: now,
            transaction
        )
        return Placed(
            tile: try DashboardRepository.tile(tile.id, of: tile.dashboardID, in: caller.organization, transaction),
            version: dashboard.version
        )
    }
}
