package import LoupeCore
import LoupeStore

/// One node or one edge at a time. Each throws `not_found` for a part that the canvas does not have.
extension CanvasService {
    /// The part after the change, and the canvas' version with it.
    package struct Changed<Part: Sendable>: Sendable {
        package let canvas: Canvas.ID
        package let part: Part
        package let version: Int
    }

    package func addNode(
        _ node: CanvasChanges.NewNode,
        to id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Changed<CanvasNode> {
        var node = node
        let new = node.id ?? surroundings.newID()
        node.id = new
        var changes = CanvasChanges()
        changes.newNodes = [node]
        let canvas = try await change(id, changes, naming: .one, version: version, by: caller)
        return try changed(canvas, canvas.nodes.first { $0.id == new }, "node")
    }

    package func updateNode(
        _ update: CanvasChanges.NodeUpdate,
        of id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Changed<CanvasNode> {
        try await requireNode(update.id, of: id, by: caller)
        var changes = CanvasChanges()
        changes.nodeUpdates = [update]
        let canvas = try await change(id, changes, naming: .one, version: version, by: caller)
        return try changed(canvas, canvas.nodes.first { $0.id == update.id }, "node")
    }

    package func removeNode(
        _ node: CanvasNode.ID,
        of id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws {
        try await requireNode(node, of: id, by: caller)
        var changes = CanvasChanges()
        changes.deletedNodes = [node]
        _ = try await change(id, changes, naming: .one, version: version, by: caller)
    }

    package func addEdge(
        _ edge: CanvasChanges.NewEdge,
        to id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Changed<CanvasEdge> {
        var edge = edge
        let new = edge.id ?? surroundings.newID()
        edge.id = new
        var changes = CanvasChanges()
        changes.newEdges = [edge]
        let canvas = try await change(id, changes, naming: .one, version: version, by: caller)
        return try changed(canvas, canvas.edges.first { $0.id == new }, "edge")
    }

    package func updateEdge(
        _ update: CanvasChanges.EdgeUpdate,
        of id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws -> Changed<CanvasEdge> {
        try await requireEdge(update.id, of: id, by: caller)
        var changes = CanvasChanges()
        changes.edgeUpdates = [update]
        let canvas = try await change(id, changes, naming: .one, version: version, by: caller)
        return try changed(canvas, canvas.edges.first { $0.id == update.id }, "edge")
    }

    package func removeEdge(
        _ edge: CanvasEdge.ID,
        of id: Canvas.ID,
        version: Int?,
        by caller: Caller
    ) async throws {
        try await requireEdge(edge, of: id, by: caller)
        var changes = CanvasChanges()
        changes.deletedEdges = [edge]
        _ = try await change(id, changes, naming: .one, version: version, by: caller)
    }

    func requireNode(_ node: CanvasNode.ID, of id: Canvas.ID, by caller: Caller) async throws {
        guard try await canvases.has(node, on: id, in: caller.organization) else { throw LoupeError.notFound("node") }
    }

    private func requireEdge(_ edge: CanvasEdge.ID, of id: Canvas.ID, by caller: Caller) async throws {
        guard try await canvases.has(edge, on: id, in: caller.organization) else { throw LoupeError.notFound("edge") }
    }

    private func changed<Part>(_ canvas: Canvas, _ part: Part?, _ word: String) throws -> Changed<Part> {
        guard let part else { throw LoupeError.notFound(word) }
        return Changed(canvas: canvas.id, part: part, version: canvas.version)
    }
}
