/// What is to become of a canvas' nodes and edges, all or nothing.
package struct CanvasChanges: Sendable {
    package var newNodes: [NewNode] = []
    package var nodeUpdates: [NodeUpdate] = []
    package var deletedNodes: [CanvasNode.ID] = []
    package var newEdges: [NewEdge] = []
    package var edgeUpdates: [EdgeUpdate] = []
    package var deletedEdges: [CanvasEdge.ID] = []

    package init() {}

    package struct NewNode: Sendable {
        /// Chosen by the client, so that edges of the same call can name it.
        package var id: CanvasNode.ID?
        package var kind: CanvasNode.Kind
        package var changes: NodeUpdate.Values

        package init(id: CanvasNode.ID? = nil, kind: CanvasNode.Kind, changes: NodeUpdate.Values) {
            self.id = id
            self.kind = kind
            self.changes = changes
        }
    }

    package struct NodeUpdate: Sendable {
        package var id: CanvasNode.ID
        package var values: Values

        package init(id: CanvasNode.ID, values: Values) {
            self.id = id
            self.values = values
        }

        /// What a request names; nil leaves what is there.
        package struct Values: Hashable, Sendable {
            package var kind: CanvasNode.Kind?
            package var title: String?
            package var x: Double?
            package var y: Double?
            package var width: Double?
            package var height: Double?
            package var meta: JSONValue?

            package init() {}
        }
    }

    package struct NewEdge: Sendable {
        package var id: CanvasEdge.ID?
        package var from: CanvasNode.ID
        package var to: CanvasNode.ID
        package var label: CanvasEdge.Label

        package init(id: CanvasEdge.ID? = nil, from: CanvasNode.ID, to: CanvasNode.ID, label: CanvasEdge.Label) {
            self.id = id
            self.from = from
            self.to = to
            self.label = label
        }
    }

    package struct EdgeUpdate: Sendable {
        package var id: CanvasEdge.ID
        package var from: CanvasNode.ID?
        package var to: CanvasNode.ID?
        package var label: CanvasEdge.Label?

        package init(
            id: CanvasEdge.ID,
            from: CanvasNode.ID? = nil,
            to: CanvasNode.ID? = nil,
            label: CanvasEdge.Label? = nil
        ) {
            self.id = id
            self.from = from
            self.to = to
            self.label = label
        }
    }

    /// What calls the parts of a change in errors: `nodes.create[2].meta.sql` of a change of many, `meta.sql` of the
    /// change of one.
    package enum Naming: Sendable {
        case many
        case one

        func path(_ list: String, _ index: Int, _ field: String) -> String {
            switch self {
            case .many: field.isEmpty ? "\(list)[\(index)]" : "\(list)[\(index)].\(field)"
            case .one: field
            }
        }
    }
}
