import LoupeCore

extension Canvas {
    func archived(_ names: ArchiveNames) -> ArchiveDocument {
        ArchiveDocument(
            kind: .canvas,
            id: id.uuid,
            members: [
                .init("name", .text(name)),
                .init("time_preset", .text(window.preset.rawValue)),
                .init("time_offset", .integer(window.offset)),
                .init("time_custom_start", .optional(window.customStart?.description)),
                .init("time_custom_end", .optional(window.customEnd?.description)),
                .init("live", .boolean(isLive)),
                .init("tags", .list(tags.map(ArchiveValue.text))),
                .init("nodes", .list(nodes.map { $0.archived(names) })),
                .init("edges", .list(edges.map(\.archived))),
            ]
        )
    }

    /// Nodes and edges keep the order of the file where they are new.
    init?(_ document: ArchiveDocument, over before: Canvas?, _ making: ArchiveMaking) {
        let fields = ArchiveFields(document.members, document.path, making.problems)
        self.init(
            id: ID(document.id),
            organizationID: making.organization,
            name: fields.text("name"),
            window: fields.window(),
            isLive: fields.flag("live", default: false),
            tags: fields.tags(),
            createdBy: before?.createdBy ?? making.user,
            createdAt: before?.createdAt ?? making.now,
            updatedAt: making.now,
            version: before?.version ?? 1
        )
        var changes = CanvasChanges()
        changes.newNodes = fields.each("nodes", atMost: Canvas.maximumNodes) { $0.node(making.names) }
        changes.newEdges = fields.each("edges", atMost: Canvas.maximumEdges) { $0.edge() }
        fields.finish()
        do {
            // The rules of a change, applied to an empty canvas, are those of its parts.
            _ = try apply(changes, at: making.now, newID: { Identifier(document.id) })
        } catch {
            making.problems.add(document.path, error)
        }
        keepTimes(of: before, making.now)
    }

    /// What was there keeps the time of its making, by which parts are ordered.
    private mutating func keepTimes(of before: Canvas?, _ now: Timestamp) {
        let nodeTimes = Dictionary((before?.nodes ?? []).map { ($0.id, $0.createdAt) }) { first, _ in first }
        let edgeTimes = Dictionary((before?.edges ?? []).map { ($0.id, $0.createdAt) }) { first, _ in first }
        for index in nodes.indices {
            nodes[index].createdAt = nodeTimes[nodes[index].id] ?? now + .milliseconds(index)
        }
        for index in edges.indices {
            edges[index].createdAt = edgeTimes[edges[index].id] ?? now + .milliseconds(index)
        }
    }
}

extension CanvasNode {
    /// Its datasource by name, and without the run whose result it showed last.
    fileprivate func archived(_ names: ArchiveNames) -> ArchiveValue {
        var meta = meta
        if case .object(var members) = meta, kind == .query {
            members["run_id"] = nil
            if case .string(let text)? = members["datasource_id"] {
                members["datasource_id"] = nil
                members["datasource"] = Datasource.ID(text).flatMap { names.datasources[$0] }.map(JSONValue.string)
            }
            if case .string(let text)? = members["query_id"] {
                let isThere = SavedQuery.ID(text).map(names.queries.contains) ?? false
                if !isThere { members["query_id"] = nil }
            }
            meta = .object(members)
        }
        return .members([
            .init("key", .text(id.description)),
            .init("node_type", .text(kind.rawValue)),
            .init("title", .text(title)),
            .init("pos_x", .number(Self.digits(x))),
            .init("pos_y", .number(Self.digits(y))),
            .init("width", .number(Self.digits(width))),
            .init("height", .number(Self.digits(height))),
            .init("meta", ArchiveValue(meta)),
        ])
    }

    private static func digits(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}

extension CanvasEdge {
    fileprivate var archived: ArchiveValue {
        .members([
            .init("key", .text(id.description)),
            .init("from", .text(from.description)),
            .init("to", .text(to.description)),
            .init("label", .text(label.rawValue)),
        ])
    }
}

extension ArchiveFields {
    fileprivate func window() -> CanvasWindow {
        var window = CanvasWindow()
        window.preset = word("time_preset", default: window.preset) ?? window.preset
        window.offset = integer("time_offset", CanvasWindow.offsetRange, default: 0)
        window.customStart = time("time_custom_start")
        window.customEnd = time("time_custom_end")
        for found in window.problems { problem(found.field, found.message) }
        return window
    }

    fileprivate func node(_ names: ArchiveNames) -> CanvasChanges.NewNode? {
        let key: CanvasNode.ID? = id("key")
        let kind: CanvasNode.Kind? = word("node_type")
        var values = CanvasChanges.NodeUpdate.Values()
        values.title = optionalText("title", 0...255) ?? ""
        values.x = double("pos_x", CanvasNode.positionRange, default: 0)
        values.y = double("pos_y", CanvasNode.positionRange, default: 0)
        values.width = double("width", CanvasNode.sizeRange, default: 280)
        values.height = double("height", CanvasNode.sizeRange, default: 160)
        values.meta = meta(names, of: kind)
        guard let key, let kind else {
            if key == nil { problem("key", "is missing") }
            return nil
        }
        return CanvasChanges.NewNode(id: key, kind: kind, changes: values)
    }

    private func meta(_ names: ArchiveNames, of kind: CanvasNode.Kind?) -> JSONValue {
        let meta = object("meta", CanvasNode.maximumMeta)
        guard case .object(var members) = meta, kind == .query else { return meta }
        if case .string(let name)? = members.removeValue(forKey: "datasource") {
            let id = datasource(name, "meta.datasource", names)
            members["datasource_id"] = id.map { .string($0.description) }
        }
        if case .string(let text)? = members["query_id"], let id = SavedQuery.ID(text), !names.queries.contains(id) {
            problem("meta.query_id", "there is no query \(id)")
        }
        members["run_id"] = nil
        return .object(members)
    }

    fileprivate func edge() -> CanvasChanges.NewEdge? {
        let key: CanvasEdge.ID? = id("key")
        let from: CanvasNode.ID? = id("from")
        let to: CanvasNode.ID? = id("to")
        let label: CanvasEdge.Label? = word("label", default: .motivates)
        guard let key, let from, let to, let label else {
            if key == nil || from == nil || to == nil { problem("key", "an edge has a key, from and to") }
            return nil
        }
        return CanvasChanges.NewEdge(id: key, from: from, to: to, label: label)
    }
}
