package import LoupeCore

/// Everything that people made in an organization, at once: for exports and imports.
package struct ArchiveRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// What an export holds. Datasources are known by name alone.
    package struct Contents: Sendable {
        package var datasources: [Datasource.ID: String] = [:]
        package var datasourceKinds: [Datasource.ID: Datasource.Kind] = [:]
        package var queries: [SavedQuery] = []
        package var visualizations: [Visualization] = []
        package var dashboards: [Dashboard] = []
        package var schedules: [Schedule] = []
        package var canvases: [Canvas] = []

        package init() {}
    }

    /// All of it as it is at one moment.
    package func contents(of organization: Organization.ID) async throws -> Contents {
        try await database.read { transaction in
            var contents = Contents()
            try contents.readDatasources(organization, transaction)
            let dialect = transaction.dialect
            let here: SQL = "WHERE o.org_id = \(organization) AND o.deleted_at IS NULL ORDER BY o.id"
            contents.queries = try transaction.all(
                "SELECT \(QueryRepository.columns(dialect)) FROM \(QueryRepository.tables) \(here)",
                as: SavedQuery.init(row:)
            )
            contents.visualizations = try transaction.all(
                "SELECT \(VisualizationRepository.columns(dialect)) FROM \(VisualizationRepository.tables) \(here)",
                as: Visualization.init(row:)
            )
            contents.dashboards = try transaction.all(
                "SELECT \(DashboardRepository.columns(dialect)) FROM \(DashboardRepository.tables) \(here)",
                as: Dashboard.init(row:)
            )
            for index in contents.dashboards.indices {
                let id = contents.dashboards[index].id
                contents.dashboards[index].tiles = try DashboardRepository.tiles(of: id, in: organization, transaction)
            }
            contents.schedules = try transaction.all(
                "SELECT \(ScheduleRepository.columns(dialect)) FROM \(ScheduleRepository.tables) \(here)",
                as: Schedule.init(row:)
            )
            contents.canvases = try transaction.all(
                "SELECT \(CanvasRepository.columns(dialect)) FROM \(CanvasRepository.tables) \(here)",
                as: Canvas.init(row:)
            )
            for index in contents.canvases.indices { try contents.canvases[index].load(transaction) }
            return contents
        }
    }

    /// Those of `ids` that lie in the bin.
    package func inBin(
        _ ids: [ObjectKind: [Identifier<Void>]],
        of organization: Organization.ID
    ) async throws
        -> Set<Identifier<Void>>
    {
        try await database.read { transaction in
            var found: Set<Identifier<Void>> = []
            for (kind, ids) in ids where !ids.isEmpty {
                for start in stride(from: 0, to: ids.count, by: 500) {
                    let part = ids[start..<min(start + 500, ids.count)].map { SQLValue.uuid($0.uuid) }
                    let statement: SQL = """
                        SELECT o.id FROM \(Self.table(of: kind)) AS o WHERE o.org_id = \(organization)
                        AND o.deleted_at IS NOT NULL AND o.id IN (\(list: part))
                        """
                    found.formUnion(try transaction.all(statement) { try $0.id() })
                }
            }
            return found
        }
    }

    private static func table(of kind: ObjectKind) -> SQL {
        switch kind {
        case .datasource: "datasources"
        case .query: "queries"
        case .visualization: "visualizations"
        case .dashboard: "dashboards"
        case .schedule: "schedules"
        case .canvas: "canvases"
        }
    }
}

extension ArchiveRepository.Contents {
    fileprivate mutating func readDatasources(
        _ organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        let rows = try transaction.all(
            """
            SELECT o.id, o.name, o.ds_type FROM datasources AS o
            WHERE o.org_id = \(organization) AND o.deleted_at IS NULL
            """
        ) { row in (try row.id(Datasource.self), try row.text(), try row.enum(Datasource.Kind.self)) }
        for (id, name, kind) in rows {
            datasources[id] = name
            datasourceKinds[id] = kind
        }
    }
}
