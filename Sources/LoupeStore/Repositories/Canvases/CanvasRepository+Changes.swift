package import LoupeCore

extension CanvasRepository {
    /// Adds a canvas with its tags, nodes and edges.
    package static func insert(_ canvas: Canvas, in transaction: any Transaction) throws {
        let organization = canvas.organizationID
        try ObjectRows.insert(.canvas, canvas.id.uuid, in: organization, transaction)
        try transaction.execute(
            """
            INSERT INTO canvases (org_id, id, name, name_key, time_preset, time_offset, time_custom_start,
            time_custom_end, live, created_by, created_at, updated_at, version)
            VALUES (\(organization), \(canvas.id), \(canvas.name), \(canvas.name.folded), \(canvas.window.preset),
            \(canvas.window.offset), \(canvas.window.customStart), \(canvas.window.customEnd), \(canvas.isLive),
            \(canvas.createdBy), \(canvas.createdAt), \(canvas.updatedAt), \(canvas.version))
            """
        )
        try ObjectRows.setTags(canvas.tags, of: .canvas, canvas.id.uuid, in: organization, transaction)
        try setSearch(canvas, at: canvas.updatedAt, transaction)
        let rows = CanvasRows(organization: organization, canvas: canvas.id, transaction: transaction)
        try rows.put(canvas.nodes)
        try rows.insert(canvas.edges)
        try keepRevision(canvas, by: canvas.createdBy, at: canvas.createdAt, transaction)
    }

    package func insert(_ canvas: Canvas) async throws {
        try await database.write { try Self.insert(canvas, in: $0) }
    }

    /// Changes a canvas, its own fields and what is on it, in one transaction, and returns it as it is after.
    ///
    /// `change` may run again, and whatever it throws undoes everything. Throws `precondition_failed` where `version`
    /// is given and is not the stored one, `validation_failed` where a node refers to what the organization does not
    /// have.
    package func save(
        _ id: Canvas.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ change: @Sendable (inout Canvas) throws -> Canvas.Difference
    ) async throws -> Canvas {
        try await database.write { transaction in
            try Self.raiseVersion(of: id, from: version, in: organization, at: now, transaction)
            let before = try Self.find(id, in: organization, transaction)
            var canvas = before
            let difference = try change(&canvas)
            try Self.require(difference.references, in: organization, transaction)
            try Self.write(canvas, over: before, at: now, transaction)
            let rows = CanvasRows(organization: organization, canvas: id, transaction: transaction)
            try rows.write(difference)
            try Self.keepRevision(canvas, by: user, at: now, transaction)
            return canvas
        }
    }

    /// Makes a canvas and all that is on it what `canvas` is. Throws `precondition_failed` where its version is not the
    /// stored one.
    package static func replace(
        _ canvas: Canvas,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let organization = canvas.organizationID
        try raiseVersion(of: canvas.id, from: canvas.version, in: organization, at: now, transaction)
        let before = try find(canvas.id, in: organization, transaction)
        try write(canvas, over: before, at: now, transaction)
        var difference = Canvas.Difference()
        difference.nodes = canvas.nodes
        difference.edges = canvas.edges
        difference.removedNodes = before.nodes.map(\.id).filter { id in !canvas.nodes.contains { $0.id == id } }
        difference.removedEdges = before.edges.map(\.id).filter { id in !canvas.edges.contains { $0.id == id } }
        let rows = CanvasRows(organization: organization, canvas: canvas.id, transaction: transaction)
        try rows.write(difference)
        try keepRevision(find(canvas.id, in: organization, transaction), by: user, at: now, transaction)
    }

    /// Comes first, as it keeps others from changing the canvas until the transaction ends.
    private static func raiseVersion(
        of id: Canvas.ID,
        from version: Int?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        var here = isHere(id, organization)
        if let version { here += " AND o.version = \(version)" }
        let count = try transaction.execute(
            "UPDATE canvases AS o SET version = version + 1, updated_at = \(now) WHERE \(here)"
        )
        guard count == 0 else { return }
        let isThere = try transaction.count("SELECT count(*) FROM canvases AS o WHERE \(isHere(id, organization))")
        throw isThere == 0 ? LoupeError.notFound("canvas") : LoupeError.stale("canvas")
    }

    private static func write(
        _ canvas: Canvas,
        over before: Canvas,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let organization = canvas.organizationID
        if canvas.name != before.name || canvas.window != before.window || canvas.isLive != before.isLive {
            try transaction.execute(
                """
                UPDATE canvases SET name = \(canvas.name), name_key = \(canvas.name.folded),
                time_preset = \(canvas.window.preset), time_offset = \(canvas.window.offset),
                time_custom_start = \(canvas.window.customStart), time_custom_end = \(canvas.window.customEnd),
                live = \(canvas.isLive) WHERE org_id = \(organization) AND id = \(canvas.id)
                """
            )
        }
        if canvas.tags != before.tags {
            try ObjectRows.setTags(canvas.tags, of: .canvas, canvas.id.uuid, in: organization, transaction)
        }
        // Only for a new name: every write of the text is a write of its index.
        if canvas.name != before.name { try setSearch(canvas, at: now, transaction) }
    }

    static func setSearch(_ canvas: Canvas, at now: Timestamp, _ transaction: any Transaction) throws {
        try ObjectRows.setSearch(
            .canvas,
            canvas.id.uuid,
            in: canvas.organizationID,
            name: canvas.name,
            text: "",
            at: now,
            transaction
        )
    }

    /// Moves a canvas to the bin. Throws `preconditionFailed` where `version` is given and is not the stored one.
    package static func delete(
        _ id: Canvas.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let move = Bin.Move(organization: organization, user: user, now: now)
        try Bin.put(.canvas, id.uuid, version: version, move, transaction)
    }

    private static func keepRevision(
        _ canvas: Canvas,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try RevisionRepository.append(
            canvas.content,
            of: .canvas,
            canvas.id.uuid,
            by: user,
            in: canvas.organizationID,
            at: now,
            transaction
        )
    }
}
