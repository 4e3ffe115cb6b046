package import LoupeCore

extension DashboardRepository {
    /// Adds a dashboard with its tags and tiles.
    package static func insert(_ dashboard: Dashboard, in transaction: any Transaction) throws {
        let organization = dashboard.organizationID
        try ObjectRows.insert(.dashboard, dashboard.id.uuid, in: organization, transaction)
        try transaction.execute(
            """
            INSERT INTO dashboards (org_id, id, name, name_key, description, parameters, created_by, created_at,
            updated_at, version)
            VALUES (\(organization), \(dashboard.id), \(dashboard.name), \(dashboard.name.folded),
            \(dashboard.description), \(JSONValue.array(dashboard.parameters.map(\.json))), \(dashboard.createdBy),
            \(dashboard.createdAt), \(dashboard.updatedAt), \(dashboard.version))
            """
        )
        try insert(dashboard.tiles, in: organization, transaction)
        try keepAround(dashboard, at: dashboard.updatedAt, transaction)
        try saveRevision(of: dashboard, by: dashboard.createdBy, at: dashboard.updatedAt, transaction)
    }

    package func insert(_ dashboard: Dashboard) async throws {
        try await database.write { try Self.insert(dashboard, in: $0) }
    }

    /// Changes a dashboard and its tags; its tiles too, where `replacingTiles`. Throws `preconditionFailed` where its
    /// version is not the stored one.
    @discardableResult
    package static func update(
        _ dashboard: Dashboard,
        replacingTiles: Bool = false,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Dashboard {
        let organization = dashboard.organizationID
        let count = try transaction.execute(
            """
            UPDATE dashboards AS o SET name = \(dashboard.name), name_key = \(dashboard.name.folded),
            description = \(dashboard.description), parameters = \(JSONValue.array(dashboard.parameters.map(\.json))),
            updated_at = \(now), version = version + 1
            WHERE \(Self.isHere(dashboard.id, organization)) AND o.version = \(dashboard.version)
            """
        )
        guard count == 1 else {
            _ = try Self.find(dashboard.id, in: organization, transaction)
            throw LoupeError.stale("dashboard")
        }
        if replacingTiles { try replaceTiles(of: dashboard, transaction) }
        try keepAround(dashboard, at: now, transaction)
        let changed = try find(dashboard.id, in: organization, transaction)
        try saveRevision(of: changed, by: user, at: now, transaction)
        return changed
    }

    /// Raises a dashboard's version before its tiles change, and keeps others from changing it until the transaction
    /// ends. Throws `notFound`, and `preconditionFailed` where `version` is given and is not the stored one.
    package static func touch(
        _ id: Dashboard.ID,
        version: Int?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        var condition = isHere(id, organization)
        if let version { condition += " AND o.version = \(version)" }
        let count = try transaction.execute(
            "UPDATE dashboards AS o SET updated_at = \(now), version = version + 1 WHERE \(condition)"
        )
        guard count == 1 else {
            _ = try find(id, in: organization, transaction)
            throw LoupeError.stale("dashboard")
        }
    }

    /// Writes down what a dashboard is now, after its tiles changed; what it is.
    @discardableResult
    package static func saveRevision(
        of id: Dashboard.ID,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Dashboard {
        let dashboard = try find(id, in: organization, transaction)
        try saveRevision(of: dashboard, by: user, at: now, transaction)
        return dashboard
    }

    /// Moves a dashboard to the bin. Throws `preconditionFailed` where `version` is given and is not the stored one.
    package static func delete(
        _ id: Dashboard.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let move = Bin.Move(organization: organization, user: user, now: now)
        try Bin.put(.dashboard, id.uuid, version: version, move, transaction)
    }

    private static func saveRevision(
        of dashboard: Dashboard,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try RevisionRepository.append(
            dashboard.content,
            of: .dashboard,
            dashboard.id.uuid,
            by: user,
            in: dashboard.organizationID,
            at: now,
            transaction
        )
    }

    private static func keepAround(
        _ dashboard: Dashboard,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let (id, organization) = (dashboard.id.uuid, dashboard.organizationID)
        try ObjectRows.setTags(dashboard.tags, of: .dashboard, id, in: organization, transaction)
        try ObjectRows.setSearch(
            .dashboard,
            id,
            in: organization,
            name: dashboard.name,
            text: dashboard.description,
            at: now,
            transaction
        )
    }
}
