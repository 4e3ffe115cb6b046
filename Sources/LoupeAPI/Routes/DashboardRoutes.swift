import HTTPTypes
import LoupeCore
package import LoupeServices
package import LoupeStore

/// `/api/v1/dashboards`, and by `TileRoutes` their tiles.
package struct DashboardRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "created_at", "updated_at"], hasTags: true)

    let dashboards: DashboardService
    let revisions: RevisionRepository

    package init(dashboards: DashboardService, revisions: RevisionRepository) {
        self.dashboards = dashboards
        self.revisions = revisions
    }

    package func add(to api: Endpoints) {
        api.get(permission: .view, summary: "The dashboards", options: .list(DashboardRoutes.list), handler: list)
        api.post(permission: .edit, summary: "Saves a dashboard", options: .idempotent, handler: create)
        api.get(
            "{id}",
            permission: .view,
            summary: "One dashboard with its tiles",
            options: .query(
                QueryParameter("include", .string(0...100), "`visualizations`, `queries`, or both between a comma")
            ).with { $0.opens = .dashboard },
            handler: show
        )
        api.change("{id}", permission: .edit, summary: "Changes a dashboard", handler: change)
        api.delete("{id}", permission: .edit, summary: "Removes a dashboard", handler: remove)
        api.post(
            "{id}/duplicate",
            permission: .edit,
            summary: "Makes a copy of a dashboard with its tiles",
            options: .idempotent,
            handler: duplicate
        )
        RevisionRoutes(kind: .dashboard, revisions: revisions, restore: restore).add(to: api)
        TileRoutes(dashboards: dashboards).add(to: api)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<DashboardItemBody> {
        let page = try await dashboards.list(request.list(DashboardRoutes.list), by: request.caller)
        return PageBody(page.map { DashboardItemBody(item: $0) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewDashboard) async throws -> DashboardBody {
        DashboardBody(try await dashboards.create(body.draft, by: request.caller))
    }

    func show(_ request: AuthorizedRequest) async throws -> DashboardBody {
        let id = try request.path("id", as: Dashboard.ID.self)
        let parts = try request.query.listOf("include", DashboardRepository.Part.self)
        return DashboardBody(try await dashboards.find(id, with: Set(parts), by: request.caller))
    }

    func change(_ request: AuthorizedRequest, _ body: DashboardChange) async throws -> DashboardBody {
        let id = try request.path("id", as: Dashboard.ID.self)
        let version = try request.expectedVersion()
        let dashboard = try await dashboards.update(id, version: version, by: request.caller) {
            $0 = body.applied(to: $0)
        }
        return DashboardBody(dashboard)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Dashboard.ID.self)
        try await dashboards.delete(id, version: request.expectedVersion(), by: request.caller)
        return NoContent()
    }

    func duplicate(_ request: AuthorizedRequest) async throws -> DashboardBody {
        let id = try request.path("id", as: Dashboard.ID.self)
        return DashboardBody(try await dashboards.duplicate(id, by: request.caller))
    }

    func restore(_ request: AuthorizedRequest, _ revision: Int) async throws -> DashboardBody {
        let id = try request.path("id", as: Dashboard.ID.self)
        let version = try request.expectedVersion()
        return DashboardBody(
            try await dashboards.restore(id, revision: revision, version: version, by: request.caller)
        )
    }
}
