extension Canvas {
    /// What a revision keeps.
    package var content: JSONValue {
        [
            "name": .string(name),
            "time_preset": .string(window.preset.rawValue),
            "time_offset": .number(String(window.offset)),
            "time_custom_start": window.customStart.map { .string($0.description) } ?? .null,
            "time_custom_end": window.customEnd.map { .string($0.description) } ?? .null,
            "live": .boolean(isLive),
            "tags": .array(tags.map(JSONValue.string)),
            "nodes": .array(nodes.map(\.content)),
            "edges": .array(edges.map(\.content)),
        ]
    }

    /// Takes over what `content` wrote, nodes and edges included, and tells what that comes to; a field that is not
    /// there stays as it is. What nodes referred to then may be gone by now.
    package mutating func restore(_ content: JSONValue, at now: Timestamp) -> Difference {
        let before = self
        let content = StoredContent(content)
        name = content.text("name") ?? name
        tags = content.texts("tags") ?? tags
        isLive = content.flag("live") ?? isLive
        if let preset = content.text("time_preset").flatMap(CanvasWindow.Preset.init) {
            window.preset = preset
            window.offset = content.int("time_offset") ?? 0
            window.customStart = content.time("time_custom_start")
            window.customEnd = content.time("time_custom_end")
        }
        if let kept = content.list("nodes") {
            let old = Dictionary(before.nodes.map { ($0.id, $0) }) { first, _ in first }
            nodes = kept.compactMap { CanvasNode(content: $0, at: now)?.asOld(old) }
        }
        if let kept = content.list("edges") { edges = kept.compactMap { CanvasEdge(content: $0, at: now) } }
        return difference(from: before)
    }

    /// A canvas of its own with the same on it, under new ids.
    package func copy(
        _ id: Canvas.ID,
        by user: User.ID,
        at now: Timestamp,
        newID: () -> Identifier<Void>
    ) -> Canvas {
        let ids = Dictionary(nodes.map { ($0.id, CanvasNode.ID(newID().uuid)) }) { first, _ in first }
        return Canvas(
            id: id,
            organizationID: organizationID,
            name: ObjectName.copy(of: name),
            window: window,
            isLive: isLive,
            tags: tags,
            createdBy: user,
            createdAt: now,
            updatedAt: now,
            nodes: nodes.compactMap { node in
                ids[node.id].flatMap { CanvasNode(content: node.content, id: $0, at: now) }
            },
            edges: edges.compactMap { edge in
                guard let from = ids[edge.from], let to = ids[edge.to] else { return nil }
                let id = CanvasEdge.ID(newID().uuid)
                return CanvasEdge(id: id, from: from, to: to, label: edge.label, createdAt: now, updatedAt: now)
            }
        )
    }

    private func difference(from before: Canvas) -> Difference {
        let (oldNodes, oldEdges) = (Set(before.nodes), Set(before.edges))
        var difference = Difference()
        difference.nodes = nodes.filter { !oldNodes.contains($0) }
        difference.edges = edges.filter { !oldEdges.contains($0) }
        difference.removedNodes = Array(Set(before.nodes.map(\.id)).subtracting(nodes.map(\.id)))
        difference.removedEdges = Array(Set(before.edges.map(\.id)).subtracting(edges.map(\.id)))
        return difference
    }
}

extension CanvasNode {
    fileprivate var content: JSONValue {
        [
            "id": .string(id.description),
            "node_type": .string(kind.rawValue),
            "title": .string(title),
            "pos_x": .number("\(x)"),
            "pos_y": .number("\(y)"),
            "width": .number("\(width)"),
            "height": .number("\(height)"),
            "meta": meta,
        ]
    }

    /// Under its own id, or another one.
    fileprivate init?(content json: JSONValue, id: CanvasNode.ID? = nil, at now: Timestamp) {
        let content = StoredContent(json)
        guard let id = id ?? content.text("id").flatMap(CanvasNode.ID.init),
            let kind = content.text("node_type").flatMap(Kind.init)
        else { return nil }
        self.init(id: id, kind: kind, createdAt: now, updatedAt: now)
        title = content.text("title") ?? title
        x = content.double("pos_x") ?? x
        y = content.double("pos_y") ?? y
        width = content.double("width") ?? width
        height = content.double("height") ?? height
        meta = content.json("meta") ?? meta
    }
}

extension CanvasNode {
    /// The node as it stood, where nothing of it changed; else with the time of its making.
    fileprivate func asOld(_ nodes: [CanvasNode.ID: CanvasNode]) -> CanvasNode {
        guard let old = nodes[id] else { return self }
        var node = self
        node.createdAt = old.createdAt
        node.updatedAt = old.updatedAt
        guard node != old else { return old }
        node.updatedAt = updatedAt
        return node
    }
}

extension CanvasEdge {
    fileprivate var content: JSONValue {
        [
            "id": .string(id.description),
            "from_node_id": .string(from.description),
            "to_node_id": .string(to.description),
            "label": .string(label.rawValue),
        ]
    }

    fileprivate init?(content json: JSONValue, at now: Timestamp) {
        let content = StoredContent(json)
        guard let id = content.text("id").flatMap(CanvasEdge.ID.init),
            let from = content.text("from_node_id").flatMap(CanvasNode.ID.init),
            let to = content.text("to_node_id").flatMap(CanvasNode.ID.init),
            let label = content.text("label").flatMap(Label.init)
        else { return nil }
        self.init(id: id, from: from, to: to, label: label, createdAt: now, updatedAt: now)
    }
}
