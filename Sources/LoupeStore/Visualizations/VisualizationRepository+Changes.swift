package import LoupeCore

extension VisualizationRepository {
    /// Adds a visualization with its tags. A query that is not in the organization, or was deleted, is `notFound`.
    package static func insert(_ visualization: Visualization, in transaction: any Transaction) throws {
        let organization = visualization.organizationID
        try require(visualization.queryID, in: organization, transaction)
        try ObjectRows.insert(.visualization, visualization.id.uuid, in: organization, transaction)
        try transaction.execute(
            """
            INSERT INTO visualizations (org_id, id, query_id, name, name_key, chart_type, config, created_by,
            created_at, updated_at, version)
            VALUES (\(organization), \(visualization.id), \(visualization.queryID), \(visualization.name),
            \(visualization.name.folded), \(visualization.chartType), \(visualization.config),
            \(visualization.createdBy), \(visualization.createdAt), \(visualization.updatedAt),
            \(visualization.version))
            """
        )
        try keepAround(visualization, at: visualization.updatedAt, transaction)
    }

    package func insert(_ visualization: Visualization) async throws {
        try await database.write { try Self.insert(visualization, in: $0) }
    }

    /// Changes a visualization and its tags. Throws `preconditionFailed` where its version is not the stored one.
    @discardableResult
    package func update(_ visualization: Visualization, at now: Timestamp) async throws -> Visualization {
        try await database.write { try Self.update(visualization, at: now, $0) }
    }

    /// The same, in a transaction with other changes.
    @discardableResult
    package static func update(
        _ visualization: Visualization,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Visualization {
        let organization = visualization.organizationID
        try require(visualization.queryID, in: organization, transaction)
        let count = try transaction.execute(
            """
            UPDATE visualizations AS o SET query_id = \(visualization.queryID), name = \(visualization.name),
            name_key = \(visualization.name.folded), chart_type = \(visualization.chartType),
            config = \(visualization.config), updated_at = \(now), version = version + 1
            WHERE \(Self.isHere(visualization.id, organization)) AND o.version = \(visualization.version)
            """
        )
        guard count == 1 else {
            _ = try find(visualization.id, in: organization, transaction)
            throw LoupeError.stale("visualization")
        }
        try keepAround(visualization, at: now, transaction)
        return try find(visualization.id, in: organization, transaction)
    }

    /// Moves a visualization to the bin; its tiles are not shown until it is back. Throws `preconditionFailed` where
    /// `version` is given and is not the stored one.
    package static func delete(
        _ id: Visualization.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let move = Bin.Move(organization: organization, user: user, now: now)
        try Bin.put(.visualization, id.uuid, version: version, move, transaction)
    }

    private static func keepAround(
        _ visualization: Visualization,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let (id, organization) = (visualization.id.uuid, visualization.organizationID)
        try ObjectRows.setTags(visualization.tags, of: .visualization, id, in: organization, transaction)
        try ObjectRows.setSearch(
            .visualization,
            id,
            in: organization,
            name: visualization.name,
            text: "",
            at: now,
            transaction
        )
    }

    private static func require(
        _ query: SavedQuery.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        guard try ObjectRows.isHere(.query, query.uuid, in: organization, transaction) else {
            throw LoupeError.notFound("query")
        }
    }
}
