package import LoupeCore
package import LoupeStore

/// Charts of saved queries.
package struct VisualizationService: Sendable {
    private let database: any Database
    private let visualizations: VisualizationRepository
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        visualizations = VisualizationRepository(database)
    }

    package func find(_ id: Visualization.ID, by caller: Caller) async throws -> Visualization {
        try await visualizations.find(id, in: caller.organization)
    }

    package func list(
        _ request: ListRequest,
        query: SavedQuery.ID?,
        by caller: Caller
    ) async throws -> Page<Visualization> {
        try await visualizations.list(request, query: query, in: caller.organization)
    }

    /// A visualization about to be made.
    package struct Draft: Sendable {
        package var queryID: SavedQuery.ID
        package var name: String
        package var chartType: ChartType
        package var config: JSONValue
        package var tags: [String]

        package init(
            queryID: SavedQuery.ID,
            name: String,
            chartType: ChartType,
            config: JSONValue = [:],
            tags: [String] = []
        ) {
            self.queryID = queryID
            self.name = name
            self.chartType = chartType
            self.config = config
            self.tags = tags
        }
    }

    package func create(_ draft: Draft, by caller: Caller) async throws -> Visualization {
        let now = surroundings.now()
        let visualization = Visualization(
            id: surroundings.newID(),
            organizationID: caller.organization,
            queryID: draft.queryID,
            name: draft.name,
            chartType: draft.chartType,
            config: draft.config,
            tags: draft.tags,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        try await naming("query_id") { try await visualizations.insert(visualization) }
        return try await visualizations.find(visualization.id, in: caller.organization)
    }

    /// Changes what `change` changes. Throws `precondition_failed` where `version` is given and no longer stands, or
    /// where somebody else saved at the same moment.
    package func update(
        _ id: Visualization.ID,
        version: Int?,
        by caller: Caller,
        _ change: (inout Visualization) -> Void
    ) async throws -> Visualization {
        var visualization = try await visualizations.find(id, in: caller.organization)
        if let version, version != visualization.version { throw LoupeError.stale("visualization") }
        let before = visualization.queryID
        change(&visualization)
        let changed = visualization
        let now = surroundings.now()
        guard changed.queryID != before else { return try await visualizations.update(changed, at: now) }
        return try await naming("query_id") { try await visualizations.update(changed, at: now) }
    }

    /// Moves a visualization to the bin; its tiles are not shown until it is back. Throws `conflict` with the dashboards
    /// that show it where there are any and `cascade` is not given.
    package func delete(
        _ id: Visualization.ID,
        version: Int?,
        cascade: Bool,
        by caller: Caller
    ) async throws {
        let visualization = try await visualizations.find(id, in: caller.organization)
        if let version, version != visualization.version { throw LoupeError.stale("visualization") }
        let usage = try await UsageRepository(database).users(of: .visualization, id.uuid, in: caller.organization)
        guard cascade || usage.total == 0 else { throw LoupeError.inUse(.visualization, usage) }
        let subject = AuditEntry.Subject(.visualization, id, visualization.name)
        let entry = AuditEntry(.visualizationDelete, subject, by: caller, in: surroundings)
        let now = surroundings.now()
        try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            try VisualizationRepository.delete(
                id,
                version: version,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
    }

    /// A new visualization that is what this one is, under another name.
    package func duplicate(_ id: Visualization.ID, by caller: Caller) async throws -> Visualization {
        let original = try await visualizations.find(id, in: caller.organization)
        let draft = Draft(
            queryID: original.queryID,
            name: ObjectName.copy(of: original.name),
            chartType: original.chartType,
            config: original.config,
            tags: original.tags
        )
        return try await create(draft, by: caller)
    }
}
