extension CanvasEditor {
    mutating func deleteEdges(_ ids: [CanvasEdge.ID]) {
        for (index, id) in ids.enumerated() {
            guard edgePlaces[id] != nil else {
                problem("edges.delete", index, "", "is no edge of this canvas")
                continue
            }
            removedEdges.insert(id)
        }
    }

    mutating func updateEdges(_ updates: [CanvasChanges.EdgeUpdate]) {
        for (index, update) in updates.enumerated() {
            guard let place = edgePlaces[update.id], !removedEdges.contains(update.id) else {
                problem("edges.update", index, "id", "is no edge of this canvas")
                continue
            }
            edges[place].from = update.from ?? edges[place].from
            edges[place].to = update.to ?? edges[place].to
            edges[place].label = update.label ?? edges[place].label
            edges[place].updatedAt = now
            checkEnds(edges[place], "edges.update", index)
        }
    }

    mutating func createEdges(_ new: [CanvasChanges.NewEdge], newID: () -> Identifier<Void>) {
        for (index, one) in new.enumerated() {
            let id = one.id ?? CanvasEdge.ID(newID().uuid)
            guard edgePlaces[id] == nil else {
                problem("edges.create", index, "id", "is the id of another edge of this canvas")
                continue
            }
            let edge = CanvasEdge(
                id: id,
                from: one.from,
                to: one.to,
                label: one.label,
                createdAt: now,
                updatedAt: now
            )
            checkEnds(edge, "edges.create", index)
            edgePlaces[id] = edges.count
            edges.append(edge)
        }
    }

    private mutating func checkEnds(_ edge: CanvasEdge, _ list: String, _ index: Int) {
        for (field, node) in [("from_node_id", edge.from), ("to_node_id", edge.to)]
        where nodePlaces[node] == nil || removedNodes.contains(node) {
            problem(list, index, field, "is no node of this canvas")
        }
        touchedEdges.insert(edge.id)
        edgePaths[edge.id] = naming.path(list, index, "")
    }

    func refuseSecondEdges() throws {
        struct Pair: Hashable {
            let from: CanvasNode.ID
            let to: CanvasNode.ID
        }
        var seen: Set<Pair> = []
        for edge in edges where !seen.insert(Pair(from: edge.from, to: edge.to)).inserted {
            throw LoupeError(
                .conflict,
                "there is an edge from that node to the other already",
                details: [
                    LoupeError.Detail(field: edgePaths[edge.id] ?? "", message: "is the second edge of its two nodes")
                ]
            )
        }
    }
}
