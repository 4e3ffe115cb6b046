import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore

/// `/api/v1/dashboards/{id}/tiles` and `…/layout`. `If-Match` and `ETag` are the dashboard's: a tile is a part of it.
struct TileRoutes: Sendable {
    let dashboards: DashboardService

    func add(to api: Endpoints) {
        api.get("{id}/tiles", permission: .view, summary: "The tiles of a dashboard", handler: list)
        api.post(
            "{id}/tiles",
            permission: .edit,
            summary: "Adds a tile to a dashboard",
            options: EndpointOptions.idempotent.with { $0.fails = [.preconditionFailed] },
            handler: create
        )
        api.change("{id}/tiles/{tile_id}", permission: .edit, summary: "Changes a tile", handler: change)
        api.delete("{id}/tiles/{tile_id}", permission: .edit, summary: "Removes a tile", handler: remove)
        api.change("{id}/layout", permission: .edit, summary: "Moves tiles, all or none", handler: arrange)
    }

    func list(_ request: AuthorizedRequest) async throws -> [TileBody] {
        let id = try request.path("id", as: Dashboard.ID.self)
        return try await dashboards.find(id, by: request.caller).dashboard.tiles.map { TileBody(tile: $0) }
    }

    func create(_ request: AuthorizedRequest, _ body: NewTile) async throws -> TileBody {
        let placed = try await dashboards.addTile(
            body.draft,
            to: request.path("id", as: Dashboard.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return TileBody(tile: placed.tile, version: placed.version)
    }

    func change(_ request: AuthorizedRequest, _ body: TileChange) async throws -> TileBody {
        let placed = try await dashboards.updateTile(
            request.path("tile_id", as: Tile.ID.self),
            of: request.path("id", as: Dashboard.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        ) { $0 = body.applied(to: $0) }
        return TileBody(tile: placed.tile, version: placed.version)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        try await dashboards.removeTile(
            request.path("tile_id", as: Tile.ID.self),
            of: request.path("id", as: Dashboard.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return NoContent()
    }

    func arrange(_ request: AuthorizedRequest, _ body: DashboardLayout) async throws -> DashboardBody {
        let dashboard = try await dashboards.arrange(
            body.places,
            of: request.path("id", as: Dashboard.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return DashboardBody(dashboard)
    }
}
