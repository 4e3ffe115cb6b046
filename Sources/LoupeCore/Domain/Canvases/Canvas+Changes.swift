extension Canvas {
    /// What a change leaves to be written.
    package struct Difference: Hashable, Sendable {
        /// New ones and changed ones, as they are after.
        package var nodes: [CanvasNode] = []
        package var removedNodes: [CanvasNode.ID] = []
        package var edges: [CanvasEdge] = []
        /// With those that went along with their nodes.
        package var removedEdges: [CanvasEdge.ID] = []
        /// What changed nodes refer to and did not refer to before, by the field that names it.
        package var references: [String: CanvasNode.Reference] = [:]

        package init() {}
    }

    /// Carries a change out and tells what it comes to.
    ///
    /// Throws `bad_request` for a `meta` of a wrong form, `validation_failed` for a broken rule, each naming every
    /// offending field, and `conflict` for a second edge of an ordered pair.
    package mutating func apply(
        _ changes: CanvasChanges,
        naming: CanvasChanges.Naming = .many,
        at now: Timestamp,
        newID: () -> Identifier<Void>
    ) throws -> Difference {
        var editor = CanvasEditor(self, naming: naming, now: now)
        editor.createNodes(changes.newNodes, newID: newID)
        editor.updateNodes(changes.nodeUpdates)
        editor.deleteNodes(changes.deletedNodes)
        editor.deleteEdges(changes.deletedEdges)
        editor.updateEdges(changes.edgeUpdates)
        editor.createEdges(changes.newEdges, newID: newID)
        let difference = try editor.finish()
        nodes = editor.nodes
        edges = editor.edges
        return difference
    }
}
