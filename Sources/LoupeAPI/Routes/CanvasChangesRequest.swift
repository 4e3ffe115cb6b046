import LoupeCore

/// `POST /canvases/{id}/changes`
package struct CanvasChangesRequest: RequestBody {
    let changes: CanvasChanges

    package init(_ fields: Fields) {
        let nodes = fields.optional("nodes", .object(Nodes.self))
        let edges = fields.optional("edges", .object(Edges.self))
        var changes = CanvasChanges()
        changes.newNodes = nodes?.create.map(\.node) ?? []
        changes.nodeUpdates = nodes?.update.map(\.update) ?? []
        changes.deletedNodes = nodes?.delete ?? []
        changes.newEdges = edges?.create.map(\.edge) ?? []
        changes.edgeUpdates = edges?.update.map(\.update) ?? []
        changes.deletedEdges = edges?.delete ?? []
        self.changes = changes
        if !fields.names("nodes"), !fields.names("edges") {
            fields.breaksRule("", "the body names neither nodes nor edges")
        }
    }

    struct Nodes: RequestBody {
        let create: [NewCanvasNode]
        let update: [Update]
        let delete: [CanvasNode.ID]

        init(_ fields: Fields) {
            let count = 0...Canvas.maximumNodes
            create = fields.optional("create", .array(.object(), count: count), default: [])
            update = fields.optional("update", .array(.object(), count: count), default: [])
            delete = fields.optional("delete", .array(.id(), count: count), default: [])
        }

        /// A node's id and what changes of it.
        struct Update: RequestBody {
            let update: CanvasChanges.NodeUpdate

            init(_ fields: Fields) {
                let id = fields.required("id", .id(CanvasNode.self))
                update = CanvasChanges.NodeUpdate(id: id, values: CanvasNodeChange(fields).values)
            }
        }
    }

    struct Edges: RequestBody {
        let create: [NewCanvasEdge]
        let update: [Update]
        let delete: [CanvasEdge.ID]

        init(_ fields: Fields) {
            let count = 0...Canvas.maximumEdges
            create = fields.optional("create", .array(.object(), count: count), default: [])
            update = fields.optional("update", .array(.object(), count: count), default: [])
            delete = fields.optional("delete", .array(.id(), count: count), default: [])
        }

        struct Update: RequestBody {
            let update: CanvasChanges.EdgeUpdate

            init(_ fields: Fields) {
                let id = fields.required("id", .id(CanvasEdge.self))
                update = CanvasEdgeChange(fields).update(of: id)
            }
        }
    }
}
