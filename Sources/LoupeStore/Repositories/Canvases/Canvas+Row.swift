import LoupeCore

extension Canvas {
    init(row: inout RowReader) throws {
        let id: Canvas.ID = try row.id()
        let organization: Organization.ID = try row.id()
        let name = try row.text()
        var window = CanvasWindow()
        window.preset = try row.enum()
        window.offset = try row.int()
        window.customStart = try row.optionalTimestamp()
        window.customEnd = try row.optionalTimestamp()
        let isLive = try row.boolean()
        self.init(
            id: id,
            organizationID: organization,
            name: name,
            window: window,
            isLive: isLive,
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        tags = try row.strings()
    }

    /// Reads what is on it.
    mutating func load(_ transaction: any Transaction) throws {
        nodes = try transaction.all(
            """
            SELECT id, node_type, title, pos_x, pos_y, width, height, meta, created_at, updated_at FROM canvas_nodes
            WHERE org_id = \(organizationID) AND canvas_id = \(id) ORDER BY created_at, id
            """,
            as: CanvasNode.init(row:)
        )
        edges = try transaction.all(
            """
            SELECT id, from_node_id, to_node_id, label, created_at, updated_at FROM canvas_edges
            WHERE org_id = \(organizationID) AND canvas_id = \(id) ORDER BY created_at, id
            """,
            as: CanvasEdge.init(row:)
        )
    }
}

extension CanvasNode {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            kind: try row.enum(),
            title: try row.text(),
            x: try row.double(),
            y: try row.double(),
            width: try row.double(),
            height: try row.double(),
            meta: try row.json(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp()
        )
    }
}

extension CanvasEdge {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            from: try row.id(),
            to: try row.id(),
            label: try row.enum(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp()
        )
    }
}
