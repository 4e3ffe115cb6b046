package import LoupeCore
import LoupeServices
import LoupeStore

package struct CanvasBody: JSONEncodableBody {
    let canvas: Canvas
    /// Counts in place of what is on the canvas: lists carry no heavy parts.
    let counts: (nodes: Int, edges: Int)?

    init(_ canvas: Canvas) {
        self.canvas = canvas
        counts = nil
    }

    init(_ summary: CanvasRepository.Summary) {
        canvas = summary.canvas
        counts = (summary.nodeCount, summary.edgeCount)
    }

    package static let schema = Schema.object(
        "Canvas",
        [
            .field("id", .id),
            .field("org_id", .id),
            .field("name", .name),
            .field("time_preset", .words(CanvasWindow.Preset.self)),
            .field("time_offset", .integer(CanvasWindow.offsetRange)),
            .field("time_custom_start", .time.orNull),
            .field("time_custom_end", .time.orNull),
            .field("live", .boolean),
            .field("tags", .tags),
            .sometimes("nodes", .array(NodeBody.schema, count: 0...Canvas.maximumNodes)),
            .sometimes("edges", .array(EdgeBody.schema, count: 0...Canvas.maximumEdges)),
            .sometimes("node_count", .integer(0...Canvas.maximumNodes)),
            .sometimes("edge_count", .integer(0...Canvas.maximumEdges)),
        ] + .origin
    )

    package var entityTag: String? { EntityTag.of(version: canvas.version) }
    package var location: String? { "/api/v1/canvases/\(canvas.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", canvas.id)
            json.field("org_id", canvas.organizationID)
            json.field("name", canvas.name)
            json.field("time_preset", canvas.window.preset.rawValue)
            json.field("time_offset", canvas.window.offset)
            json.field("time_custom_start", canvas.window.customStart)
            json.field("time_custom_end", canvas.window.customEnd)
            json.field("live", canvas.isLive)
            json.key("tags")
            json.array(canvas.tags) { $0.value($1) }
            writeContent(to: &json)
            json.field("created_by", canvas.createdBy)
            json.field("created_by_name", canvas.createdByName)
            json.field("created_at", canvas.createdAt)
            json.field("updated_at", canvas.updatedAt)
        }
    }

    private func writeContent(to json: inout JSONWriter) {
        if let counts {
            json.field("node_count", counts.nodes)
            json.field("edge_count", counts.edges)
            return
        }
        json.key("nodes")
        json.array(canvas.nodes) { NodeBody.write($1, of: canvas.id, to: &$0) }
        json.key("edges")
        json.array(canvas.edges) { EdgeBody.write($1, of: canvas.id, to: &$0) }
    }
}

/// A node alone; its tag is the canvas', which every change of a part raises.
struct NodeBody: JSONEncodableBody {
    let changed: CanvasService.Changed<CanvasNode>

    static let schema = Schema.object(
        "CanvasNode",
        [
            .field("id", .id),
            .field("canvas_id", .id),
            .field("node_type", .words(CanvasNode.Kind.self)),
            .field("title", .string(0...255)),
            .field("pos_x", .number(CanvasNode.positionRange)),
            .field("pos_y", .number(CanvasNode.positionRange)),
            .field("width", .number(CanvasNode.sizeRange)),
            .field("height", .number(CanvasNode.sizeRange)),
            .field("meta", .json(maximumBytes: CanvasNode.maximumMeta)),
            .field("created_at", .time),
            .field("updated_at", .time),
        ]
    )

    var entityTag: String? { EntityTag.of(version: changed.version) }
    var location: String? { "/api/v1/canvases/\(changed.canvas)/nodes/\(changed.part.id)" }

    func write(to json: inout JSONWriter) {
        NodeBody.write(changed.part, of: changed.canvas, to: &json)
    }

    static func write(_ node: CanvasNode, of canvas: Canvas.ID, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", node.id)
            json.field("canvas_id", canvas)
            json.field("node_type", node.kind.rawValue)
            json.field("title", node.title)
            for (name, number) in [
                ("pos_x", node.x), ("pos_y", node.y), ("width", node.width), ("height", node.height),
            ] {
                json.key(name)
                json.value(number)
            }
            json.field("meta", node.meta)
            json.field("created_at", node.createdAt)
            json.field("updated_at", node.updatedAt)
        }
    }
}

struct EdgeBody: JSONEncodableBody {
    let changed: CanvasService.Changed<CanvasEdge>

    static let schema = Schema.object(
        "CanvasEdge",
        [
            .field("id", .id),
            .field("canvas_id", .id),
            .field("from_node_id", .id),
            .field("to_node_id", .id),
            .field("label", .words(CanvasEdge.Label.self)),
            .field("created_at", .time),
            .field("updated_at", .time),
        ]
    )

    var entityTag: String? { EntityTag.of(version: changed.version) }
    var location: String? { "/api/v1/canvases/\(changed.canvas)/edges/\(changed.part.id)" }

    func write(to json: inout JSONWriter) {
        EdgeBody.write(changed.part, of: changed.canvas, to: &json)
    }

    static func write(_ edge: CanvasEdge, of canvas: Canvas.ID, to json: inout JSONWriter) {
        json.object { json in
            json.field("id", edge.id)
            json.field("canvas_id", canvas)
            json.field("from_node_id", edge.from)
            json.field("to_node_id", edge.to)
            json.field("label", edge.label.rawValue)
            json.field("created_at", edge.createdAt)
            json.field("updated_at", edge.updatedAt)
        }
    }
}
