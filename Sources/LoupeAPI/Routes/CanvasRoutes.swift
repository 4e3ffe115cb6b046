import HTTPTypes
import LoupeCore
package import LoupeServices
package import LoupeStore

/// `/api/v1/canvases`
package struct CanvasRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "created_at", "updated_at"], hasTags: true)

    let canvases: CanvasService
    let revisions: RevisionRepository

    package init(canvases: CanvasService, revisions: RevisionRepository) {
        self.canvases = canvases
        self.revisions = revisions
    }

    package func add(to api: Endpoints) {
        api.get(permission: .view, summary: "The canvases", options: .list(CanvasRoutes.list), handler: list)
        api.post(permission: .edit, summary: "Makes a canvas", options: .idempotent, handler: create)
        api.get(
            "{id}",
            permission: .view,
            summary: "One canvas with its nodes and edges",
            options: .opening(.canvas),
            handler: show
        )
        api.change("{id}", permission: .edit, summary: "Changes a canvas", handler: change)
        api.post(
            "{id}/changes",
            permission: .edit,
            summary: "Changes nodes and edges, all or nothing",
            status: .ok,
            options: EndpointOptions().with { $0.fails = [.preconditionFailed, .conflict] },
            handler: changeParts
        )
        api.delete("{id}", permission: .edit, summary: "Removes a canvas", handler: remove)
        api.post(
            "{id}/duplicate",
            permission: .edit,
            summary: "Makes a copy of a canvas",
            options: .idempotent,
            handler: duplicate
        )
        CanvasPartRoutes(canvases: canvases).add(to: api)
        RevisionRoutes(kind: .canvas, revisions: revisions, restore: restore).add(to: api)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<CanvasBody> {
        let page = try await canvases.list(request.list(CanvasRoutes.list), by: request.caller)
        return PageBody(page.map { CanvasBody($0) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewCanvas) async throws -> CanvasBody {
        CanvasBody(try await canvases.create(body.draft, by: request.caller))
    }

    func show(_ request: AuthorizedRequest) async throws -> CanvasBody {
        CanvasBody(try await canvases.find(request.path("id", as: Canvas.ID.self), by: request.caller))
    }

    func change(_ request: AuthorizedRequest, _ body: CanvasChange) async throws -> CanvasBody {
        let id = try request.path("id", as: Canvas.ID.self)
        let canvas = try await canvases.update(id, version: request.expectedVersion(), by: request.caller) {
            body.apply(to: &$0)
        }
        return CanvasBody(canvas)
    }

    func changeParts(_ request: AuthorizedRequest, _ body: CanvasChangesRequest) async throws -> CanvasBody {
        let canvas = try await canvases.change(
            request.path("id", as: Canvas.ID.self),
            body.changes,
            version: request.expectedVersion(),
            by: request.caller
        )
        return CanvasBody(canvas)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Canvas.ID.self)
        try await canvases.delete(id, version: request.expectedVersion(), by: request.caller)
        return NoContent()
    }

    func duplicate(_ request: AuthorizedRequest) async throws -> CanvasBody {
        CanvasBody(try await canvases.duplicate(request.path("id", as: Canvas.ID.self), by: request.caller))
    }

    func restore(_ request: AuthorizedRequest, _ revision: Int) async throws -> CanvasBody {
        let id = try request.path("id", as: Canvas.ID.self)
        let version = try request.expectedVersion()
        return CanvasBody(try await canvases.restore(id, revision: revision, version: version, by: request.caller))
    }
}
