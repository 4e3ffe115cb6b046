import HTTPTypes
import LoupeCore
import LoupeServices

/// `/api/v1/canvases/{id}/nodes` and `…/edges`
struct CanvasPartRoutes: Sendable {
    let canvases: CanvasService

    func add(to api: Endpoints) {
        api.post(
            "{id}/nodes",
            permission: .edit,
            summary: "Puts a node on a canvas",
            options: .idempotent.with { $0.fails = [.preconditionFailed] },
            handler: addNode
        )
        api.change("{id}/nodes/{node_id}", permission: .edit, summary: "Changes a node", handler: changeNode)
        api.delete("{id}/nodes/{node_id}", permission: .edit, summary: "Removes a node", handler: removeNode)
        api.post(
            "{id}/nodes/{node_id}/run",
            permission: .view,
            summary: "Runs what a query node holds",
            options: .idempotent.with { $0.fails = [.queryRejected] },
            handler: runNode
        )
        api.post(
            "{id}/edges",
            permission: .edit,
            summary: "Joins two nodes",
            options: .idempotent.with { $0.fails = [.preconditionFailed] },
            handler: addEdge
        )
        api.change("{id}/edges/{edge_id}", permission: .edit, summary: "Changes an edge", handler: changeEdge)
        api.delete("{id}/edges/{edge_id}", permission: .edit, summary: "Removes an edge", handler: removeEdge)
    }

    func addNode(_ request: AuthorizedRequest, _ body: NewCanvasNode) async throws -> NodeBody {
        let changed = try await canvases.addNode(
            body.node,
            to: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return NodeBody(changed: changed)
    }

    func changeNode(_ request: AuthorizedRequest, _ body: CanvasNodeChange) async throws -> NodeBody {
        let node = try request.path("node_id", as: CanvasNode.ID.self)
        let changed = try await canvases.updateNode(
            CanvasChanges.NodeUpdate(id: node, values: body.values),
            of: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return NodeBody(changed: changed)
    }

    func removeNode(_ request: AuthorizedRequest) async throws -> NoContent {
        try await canvases.removeNode(
            request.path("node_id", as: CanvasNode.ID.self),
            of: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return NoContent()
    }

    func runNode(_ request: AuthorizedRequest) async throws -> RunBody {
        let run = try await canvases.run(
            request.path("node_id", as: CanvasNode.ID.self),
            of: request.path("id", as: Canvas.ID.self),
            by: request.caller
        )
        return RunBody(run, attempts: [])
    }

    func addEdge(_ request: AuthorizedRequest, _ body: NewCanvasEdge) async throws -> EdgeBody {
        let changed = try await canvases.addEdge(
            body.edge,
            to: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return EdgeBody(changed: changed)
    }

    func changeEdge(_ request: AuthorizedRequest, _ body: CanvasEdgeChange) async throws -> EdgeBody {
        let edge = try request.path("edge_id", as: CanvasEdge.ID.self)
        let changed = try await canvases.updateEdge(
            body.update(of: edge),
            of: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return EdgeBody(changed: changed)
    }

    func removeEdge(_ request: AuthorizedRequest) async throws -> NoContent {
        try await canvases.removeEdge(
            request.path("edge_id", as: CanvasEdge.ID.self),
            of: request.path("id", as: Canvas.ID.self),
            version: request.expectedVersion(),
            by: request.caller
        )
        return NoContent()
    }
}
