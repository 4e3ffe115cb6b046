/// Works on a canvas' nodes and edges and gathers what is wrong.
struct CanvasEditor {
    var nodes: [CanvasNode]
    var edges: [CanvasEdge]
    let naming: CanvasChanges.Naming
    let now: Timestamp
    var nodePlaces: [CanvasNode.ID: Int]
    var edgePlaces: [CanvasEdge.ID: Int]
    var touchedNodes: Set<CanvasNode.ID> = []
    var touchedEdges: Set<CanvasEdge.ID> = []
    var removedNodes: Set<CanvasNode.ID> = []
    var removedEdges: Set<CanvasEdge.ID> = []
    /// Where each edge of the change is named, for what is only known at the end.
    var edgePaths: [CanvasEdge.ID: String] = [:]
    var references: [String: CanvasNode.Reference] = [:]
    var problems: [LoupeError.Detail] = []
    var isMalformed = false

    init(_ canvas: Canvas, naming: CanvasChanges.Naming, now: Timestamp) {
        nodes = canvas.nodes
        edges = canvas.edges
        self.naming = naming
        self.now = now
        nodePlaces = Dictionary(canvas.nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
        edgePlaces = Dictionary(canvas.edges.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    mutating func problem(_ list: String, _ index: Int, _ field: String, _ message: String) {
        // Enough to see what is wrong.
        guard problems.count < 50 else { return }
        problems.append(LoupeError.Detail(field: naming.path(list, index, field), message: message))
    }

    mutating func createNodes(_ new: [CanvasChanges.NewNode], newID: () -> Identifier<Void>) {
        for (index, one) in new.enumerated() {
            let id = one.id ?? CanvasNode.ID(newID().uuid)
            guard nodePlaces[id] == nil else {
                problem("nodes.create", index, "id", "is the id of another node of this canvas")
                continue
            }
            var node = CanvasNode(id: id, kind: one.kind, createdAt: now, updatedAt: now)
            node.take(one.changes)
            check(node, before: nil, "nodes.create", index)
            nodePlaces[id] = nodes.count
            nodes.append(node)
            touchedNodes.insert(id)
        }
    }

    mutating func updateNodes(_ updates: [CanvasChanges.NodeUpdate]) {
        for (index, update) in updates.enumerated() {
            guard let place = nodePlaces[update.id] else {
                problem("nodes.update", index, "id", "is no node of this canvas")
                continue
            }
            let before = nodes[place]
            nodes[place].take(update.values)
            nodes[place].updatedAt = now
            check(nodes[place], before: before, "nodes.update", index)
            touchedNodes.insert(update.id)
        }
    }

    private mutating func check(_ node: CanvasNode, before: CanvasNode?, _ list: String, _ index: Int) {
        guard node.meta != before?.meta || node.kind != before?.kind else { return }
        for found in node.kind.problems(in: node.meta) {
            if found.isForm { isMalformed = true }
            problem(list, index, found.field, found.message)
        }
        // What it referred to already may be gone by now; that must not keep the node from being moved or edited.
        let known = Set(before?.references ?? [])
        for reference in node.references where !known.contains(reference) {
            references[naming.path(list, index, "meta.\(reference.target.rawValue)")] = reference
        }
    }

    mutating func deleteNodes(_ ids: [CanvasNode.ID]) {
        for (index, id) in ids.enumerated() {
            guard nodePlaces[id] != nil else {
                problem("nodes.delete", index, "", "is no node of this canvas")
                continue
            }
            removedNodes.insert(id)
        }
        guard !removedNodes.isEmpty else { return }
        for edge in edges where removedNodes.contains(edge.from) || removedNodes.contains(edge.to) {
            removedEdges.insert(edge.id)
        }
    }

    mutating func finish() throws -> Canvas.Difference {
        nodes.removeAll { removedNodes.contains($0.id) }
        edges.removeAll { removedEdges.contains($0.id) }
        if nodes.count > Canvas.maximumNodes {
            problem("nodes.create", 0, "", "a canvas has at most \(Canvas.maximumNodes) nodes")
        }
        if edges.count > Canvas.maximumEdges {
            problem("edges.create", 0, "", "a canvas has at most \(Canvas.maximumEdges) edges")
        }
        if let first = problems.first {
            let message = first.field.isEmpty ? first.message : "\(first.field): \(first.message)"
            throw LoupeError(isMalformed ? .badRequest : .validationFailed, message, details: problems)
        }
        try refuseSecondEdges()
        var difference = Canvas.Difference()
        difference.nodes = nodes.filter { touchedNodes.contains($0.id) }
        difference.removedNodes = Array(removedNodes)
        difference.edges = edges.filter { touchedEdges.contains($0.id) }
        difference.removedEdges = Array(removedEdges)
        difference.references = references
        return difference
    }
}

extension CanvasNode {
    fileprivate mutating func take(_ values: CanvasChanges.NodeUpdate.Values) {
        kind = values.kind ?? kind
        title = values.title ?? title
        x = values.x ?? x
        y = values.y ?? y
        width = values.width ?? width
        height = values.height ?? height
        meta = values.meta ?? meta
    }
}
