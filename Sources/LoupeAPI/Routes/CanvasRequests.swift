import LoupeCore
import LoupeServices

/// `POST /canvases`
package struct NewCanvas: RequestBody {
    let draft: CanvasService.Draft

    package init(_ fields: Fields) {
        var draft = CanvasService.Draft(name: fields.required("name", .name))
        draft.window.preset = fields.optional("time_preset", .oneOf(), default: draft.window.preset)
        draft.window.offset = fields.optional("time_offset", .integer(CanvasWindow.offsetRange), default: 0)
        draft.window.customStart = fields.optional("time_custom_start", .canvasTime)
        draft.window.customEnd = fields.optional("time_custom_end", .canvasTime)
        draft.isLive = fields.optional("live", .boolean, default: false)
        draft.tags = fields.optional("tags", .tags, default: [])
        self.draft = draft
    }
}

/// `PUT` and `PATCH /canvases/{id}`
package struct CanvasChange: RequestBody {
    let name: Change<String>
    let preset: Change<CanvasWindow.Preset>
    let offset: Change<Int>
    let customStart: Change<Timestamp?>
    let customEnd: Change<Timestamp?>
    let isLive: Change<Bool>
    let tags: Change<[String]>

    package init(_ fields: Fields) {
        name = fields.change("name", .name)
        preset = fields.change("time_preset", .oneOf())
        offset = fields.change("time_offset", .integer(CanvasWindow.offsetRange))
        customStart = fields.clearable("time_custom_start", .canvasTime)
        customEnd = fields.clearable("time_custom_end", .canvasTime)
        isLive = fields.change("live", .boolean)
        tags = fields.change("tags", .tags)
    }

    func apply(to canvas: inout Canvas) {
        canvas.name = name.applied(to: canvas.name)
        canvas.window.preset = preset.applied(to: canvas.window.preset)
        canvas.window.offset = offset.applied(to: canvas.window.offset)
        canvas.window.customStart = customStart.applied(to: canvas.window.customStart)
        canvas.window.customEnd = customEnd.applied(to: canvas.window.customEnd)
        canvas.isLive = isLive.applied(to: canvas.isLive)
        canvas.tags = tags.applied(to: canvas.tags)
    }
}

/// `POST /canvases/{id}/nodes`, and a node in `nodes.create`
package struct NewCanvasNode: RequestBody {
    let node: CanvasChanges.NewNode

    package init(_ fields: Fields) {
        let id = fields.optional("id", .id(CanvasNode.self))
        let kind = fields.required("node_type", .oneOf(CanvasNode.Kind.self))
        var values = CanvasChanges.NodeUpdate.Values()
        values.title = fields.optional("title", .text(0...255))
        values.x = fields.optional("pos_x", .position)
        values.y = fields.optional("pos_y", .position)
        values.width = fields.optional("width", .size)
        values.height = fields.optional("height", .size)
        values.meta = fields.optional("meta", .nodeMeta)
        node = CanvasChanges.NewNode(id: id, kind: kind, changes: values)
    }
}

/// `PUT` and `PATCH /canvases/{id}/nodes/{node_id}`
package struct CanvasNodeChange: RequestBody {
    let values: CanvasChanges.NodeUpdate.Values

    package init(_ fields: Fields) {
        var values = CanvasChanges.NodeUpdate.Values()
        values.kind = fields.change("node_type", .oneOf()).value
        values.title = fields.change("title", .text(0...255)).value
        values.x = fields.change("pos_x", .position).value
        values.y = fields.change("pos_y", .position).value
        values.width = fields.change("width", .size).value
        values.height = fields.change("height", .size).value
        values.meta = fields.change("meta", .nodeMeta).value
        self.values = values
    }
}

/// `POST /canvases/{id}/edges`, and an edge in `edges.create`
package struct NewCanvasEdge: RequestBody {
    let edge: CanvasChanges.NewEdge

    package init(_ fields: Fields) {
        edge = CanvasChanges.NewEdge(
            id: fields.optional("id", .id()),
            from: fields.required("from_node_id", .id()),
            to: fields.required("to_node_id", .id()),
            label: fields.optional("label", .oneOf(), default: .motivates)
        )
    }
}

/// `PUT` and `PATCH /canvases/{id}/edges/{edge_id}`
package struct CanvasEdgeChange: RequestBody {
    let from: CanvasNode.ID?
    let to: CanvasNode.ID?
    let label: CanvasEdge.Label?

    package init(_ fields: Fields) {
        from = fields.change("from_node_id", .id()).value
        to = fields.change("to_node_id", .id()).value
        label = fields.change("label", .oneOf()).value
    }

    func update(of id: CanvasEdge.ID) -> CanvasChanges.EdgeUpdate {
        CanvasChanges.EdgeUpdate(id: id, from: from, to: to, label: label)
    }
}

extension FieldRule where Value == Double {
    fileprivate static var position: FieldRule { number(CanvasNode.positionRange) }
    fileprivate static var size: FieldRule { number(CanvasNode.sizeRange) }
}

extension FieldRule where Value == JSONValue {
    fileprivate static var nodeMeta: FieldRule { json(objectUpTo: CanvasNode.maximumMeta) }
}

extension FieldRule where Value == Timestamp {
    /// PostgreSQL knows no year 0.
    fileprivate static var canvasTime: FieldRule {
        time.checked { $0.milliseconds < -62_135_596_800_000 ? "must not be before the year 1" : nil }
    }
}
