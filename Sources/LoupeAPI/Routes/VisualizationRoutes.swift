import HTTPTypes
import LoupeCore
package import LoupeServices

/// `/api/v1/visualizations`
package struct VisualizationRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "created_at", "updated_at"], hasTags: true)

    static let filters = [QueryParameter("query_id", .id, "Only those of this query")]

    let visualizations: VisualizationService

    package init(visualizations: VisualizationService) {
        self.visualizations = visualizations
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .view,
            summary: "The visualizations",
            options: .list(VisualizationRoutes.list, filters: VisualizationRoutes.filters),
            handler: list
        )
        api.post(permission: .edit, summary: "Saves a visualization", options: .idempotent, handler: create)
        api.get(
            "{id}",
            permission: .view,
            summary: "One visualization",
            options: .opening(.visualization),
            handler: show
        )
        api.change("{id}", permission: .edit, summary: "Changes a visualization", handler: change)
        api.delete(
            "{id}",
            permission: .edit,
            summary: "Removes a visualization",
            options: .cascading,
            handler: remove
        )
        api.post(
            "{id}/duplicate",
            permission: .edit,
            summary: "Makes a copy of a visualization",
            options: .idempotent,
            handler: duplicate
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<VisualizationItemBody> {
        let page = try await visualizations.list(
            request.list(VisualizationRoutes.list),
            query: request.query.id("query_id"),
            by: request.caller
        )
        return PageBody(page.map { VisualizationItemBody(visualization: $0) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewVisualization) async throws -> VisualizationBody {
        VisualizationBody(try await visualizations.create(body.draft, by: request.caller))
    }

    func show(_ request: AuthorizedRequest) async throws -> VisualizationBody {
        let id = try request.path("id", as: Visualization.ID.self)
        return VisualizationBody(try await visualizations.find(id, by: request.caller))
    }

    func change(_ request: AuthorizedRequest, _ body: VisualizationChange) async throws -> VisualizationBody {
        let id = try request.path("id", as: Visualization.ID.self)
        let version = try request.expectedVersion()
        let visualization = try await visualizations.update(id, version: version, by: request.caller) {
            $0 = body.applied(to: $0)
        }
        return VisualizationBody(visualization)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Visualization.ID.self)
        try await visualizations.delete(
            id,
            version: request.expectedVersion(),
            cascade: request.query.flag("cascade") ?? false,
            by: request.caller
        )
        return NoContent()
    }

    func duplicate(_ request: AuthorizedRequest) async throws -> VisualizationBody {
        let id = try request.path("id", as: Visualization.ID.self)
        return VisualizationBody(try await visualizations.duplicate(id, by: request.caller))
    }
}
