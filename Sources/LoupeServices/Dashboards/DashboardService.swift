package import LoupeCore
package import LoupeStore

/// Dashboards and their tiles.
package struct DashboardService: Sendable {
    let database: any Database
    let dashboards: DashboardRepository
    let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        dashboards = DashboardRepository(database)
    }

    package func find(
        _ id: Dashboard.ID,
        with parts: Set<DashboardRepository.Part> = [],
        by caller: Caller
    ) async throws -> DashboardRepository.Whole {
        try await dashboards.find(id, with: parts, in: caller.organization)
    }

    package func list(_ request: ListRequest, by caller: Caller) async throws -> Page<DashboardRepository.Item> {
        try await dashboards.list(request, in: caller.organization)
    }

    /// A dashboard about to be made.
    package struct Draft: Sendable {
        package var name: String
        package var description: String
        package var parameters: [ParameterDefinition]
        package var tags: [String]

        package init(
            name: String,
            description: String = "",
            parameters: [ParameterDefinition] = [],
            tags: [String] = []
        ) {
            self.name = name
            self.description = description
            self.parameters = parameters
            self.tags = tags
        }
    }

    package func create(_ draft: Draft, by caller: Caller) async throws -> Dashboard {
        try await ParameterRules.check(draft.parameters, in: caller.organization, database)
        let now = surroundings.now()
        let dashboard = Dashboard(
            id: surroundings.newID(),
            organizationID: caller.organization,
            name: draft.name,
            description: draft.description,
            parameters: draft.parameters,
            tags: draft.tags,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        try await dashboards.insert(dashboard)
        return try await dashboards.find(dashboard.id, in: caller.organization)
    }

    /// Changes what `change` changes, but no tiles. Throws `precondition_failed` where `version` is given and no longer
    /// stands, or where somebody else saved at the same moment.
    package func update(
        _ id: Dashboard.ID,
        version: Int?,
        by caller: Caller,
        _ change: (inout Dashboard) -> Void
    ) async throws -> Dashboard {
        let before = try await dashboards.find(id, in: caller.organization)
        if let version, version != before.version { throw LoupeError.stale("dashboard") }
        var dashboard = before
        change(&dashboard)
        if dashboard.parameters != before.parameters {
            try await ParameterRules.check(dashboard.parameters, in: caller.organization, database)
        }
        let now = surroundings.now()
        return try await database.write { [dashboard] transaction in
            try DashboardRepository.update(dashboard, by: caller.user, at: now, transaction)
        }
    }

    /// Moves a dashboard to the bin.
    package func delete(_ id: Dashboard.ID, version: Int?, by caller: Caller) async throws {
        let dashboard = try await dashboards.find(id, in: caller.organization)
        let subject = AuditEntry.Subject(.dashboard, id, dashboard.name)
        let entry = AuditEntry(.dashboardDelete, subject, by: caller, in: surroundings)
        let now = surroundings.now()
        try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            try DashboardRepository.delete(
                id,
                version: version,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
    }

    /// A new dashboard that is what this one is, with tiles of its own, under another name.
    package func duplicate(_ id: Dashboard.ID, by caller: Caller) async throws -> Dashboard {
        let original = try await dashboards.find(id, in: caller.organization)
        let now = surroundings.now()
        let copyID: Dashboard.ID = surroundings.newID()
        let tiles = original.tiles.map { tile in
            Tile(
                id: surroundings.newID(),
                dashboardID: copyID,
                kind: tile.kind,
                visualizationID: tile.visualizationID,
                content: tile.content,
                title: tile.title,
                place: tile.place,
                parameterBindings: tile.parameterBindings,
                createdAt: now,
                updatedAt: now
            )
        }
        try await dashboards.insert(
            Dashboard(
                id: copyID,
                organizationID: caller.organization,
                name: ObjectName.copy(of: original.name),
                description: original.description,
                parameters: original.parameters,
                tags: original.tags,
                tiles: tiles,
                createdBy: caller.user,
                createdAt: now,
                updatedAt: now
            )
        )
        return try await dashboards.find(copyID, in: caller.organization)
    }

    /// Makes a dashboard what it was at a revision, tiles included, which is a new one; tiles of visualizations that are
    /// gone for good are left out.
    package func restore(
        _ id: Dashboard.ID,
        revision: Int,
        version: Int?,
        by caller: Caller
    ) async throws -> Dashboard {
        let content = try await RevisionRepository(database)
            .find(revision, of: .dashboard, id.uuid, in: caller.organization).content
        let now = surroundings.now()
        return try await database.write { transaction in
            var dashboard = try DashboardRepository.find(id, in: caller.organization, transaction)
            if let version, version != dashboard.version { throw LoupeError.stale("dashboard") }
            if let content { dashboard.restore(content, at: now) }
            return try DashboardRepository.update(
                dashboard,
                replacingTiles: true,
                by: caller.user,
                at: now,
                transaction
            )
        }
    }
}
