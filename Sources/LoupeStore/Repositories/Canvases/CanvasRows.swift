import LoupeCore

/// Writes the nodes and edges of one canvas.
struct CanvasRows {
    let organization: Organization.ID
    let canvas: Canvas.ID
    let transaction: any Transaction

    /// Fifty rows a statement and the rest one by one: two texts to prepare, whatever the number.
    private static let rowsAtOnce = 50

    func write(_ difference: Canvas.Difference) throws {
        // Changed edges go out first, so that two of them can change places under the unique key of a pair.
        try delete(from: "canvas_edges", difference.removedEdges.map { .uuid($0.uuid) })
        try delete(from: "canvas_edges", difference.edges.map { .uuid($0.id.uuid) })
        try delete(from: "canvas_nodes", difference.removedNodes.map { .uuid($0.uuid) })
        try put(difference.nodes)
        try insert(difference.edges)
    }

    /// Adds nodes, or replaces those that are there: their edges stay.
    func put(_ nodes: [CanvasNode]) throws {
        try inParts(nodes.map(values)) { rows in
            try transaction.execute(
                """
                INSERT INTO canvas_nodes (org_id, canvas_id, id, node_type, title, pos_x, pos_y, width, height, meta,
                created_at, updated_at) VALUES \(rows)
                ON CONFLICT (org_id, canvas_id, id) DO UPDATE SET node_type = excluded.node_type,
                title = excluded.title, pos_x = excluded.pos_x, pos_y = excluded.pos_y, width = excluded.width,
                height = excluded.height, meta = excluded.meta, updated_at = excluded.updated_at
                """
            )
        }
    }

    func insert(_ edges: [CanvasEdge]) throws {
        try inParts(edges.map(values)) { rows in
            try transaction.execute(
                """
                INSERT INTO canvas_edges (org_id, canvas_id, id, from_node_id, to_node_id, label, created_at,
                updated_at) VALUES \(rows)
                """
            )
        }
    }

    private func delete(from table: SQL, _ ids: [SQLValue]) throws {
        try inParts(ids.map { [$0] }) { rows in
            try transaction.execute(
                """
                DELETE FROM \(table) WHERE org_id = \(organization) AND canvas_id = \(canvas)
                AND (id) IN (\(rows))
                """
            )
        }
    }

    /// Calls `body` with rows such as `($1, $2), ($3, $4)`.
    private func inParts(_ rows: [[SQLValue]], _ body: (SQL) throws -> Void) throws {
        var rest = rows[...]
        while !rest.isEmpty {
            let count = rest.count >= CanvasRows.rowsAtOnce ? CanvasRows.rowsAtOnce : 1
            var sql: SQL = ""
            for (index, row) in rest.prefix(count).enumerated() {
                sql += "\(index == 0 ? "" : ", " as SQL)(\(list: row))"
            }
            try body(sql)
            rest = rest.dropFirst(count)
        }
    }

    private func values(_ node: CanvasNode) -> [SQLValue] {
        [
            .uuid(organization.uuid), .uuid(canvas.uuid), .uuid(node.id.uuid), .text(node.kind.rawValue),
            .text(node.title), .double(node.x), .double(node.y), .double(node.width), .double(node.height),
            .json(node.meta.canonicalText), .timestamp(node.createdAt), .timestamp(node.updatedAt),
        ]
    }

    private func values(_ edge: CanvasEdge) -> [SQLValue] {
        [
            .uuid(organization.uuid), .uuid(canvas.uuid), .uuid(edge.id.uuid), .uuid(edge.from.uuid),
            .uuid(edge.to.uuid), .text(edge.label.rawValue), .timestamp(edge.createdAt), .timestamp(edge.updatedAt),
        ]
    }
}
