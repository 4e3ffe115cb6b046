import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Visualizations and dashboards in the store")
struct DashboardRepositoryTests {
    @Test("A visualization comes back as it was saved, and lists leave its config out", arguments: StoreKind.allCases)
    func visualization(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(database).insert(query)
            let charts = VisualizationRepository(database)
            var chart = tenant.visualization("Späte Flüge", of: query)
            chart.config = ["x_axis": "día", "own": [.number("1.50"), .null]]
            chart.tags = ["a", "b"]
            try await charts.insert(chart)
            let organization = tenant.organization.id
            let found = try await charts.find(chart.id, in: organization)
            #expect(found == chart)
            let listed = try await charts.list(ListRequest(search: "SPÄT"), query: query.id, in: organization)
            #expect(listed.items.map(\.id) == [chart.id])
            #expect(listed.items.first?.config == .null)
            let now = TestStore.moment + .seconds(1)
            chart.name = "Late"
            chart.tags = ["c"]
            let changed = try await charts.update(chart, at: now)
            #expect(changed.version == 2)
            #expect(changed.tags == ["c"])
            let old = chart
            let stale = try await #require(throws: LoupeError.self) { try await charts.update(old, at: now) }
            #expect(stale.code == .preconditionFailed)
            #expect(try await charts.list(ListRequest(search: "flüge"), in: organization).items == [])
            #expect(try await charts.list(ListRequest(tags: ["c"]), in: organization).total == 1)
        }
    }

    @Test("No organization's chart stands on another's query", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let query = one.query("Delays", on: try await one.addDatasource())
            try await QueryRepository(database).insert(query)
            let charts = VisualizationRepository(database)
            let theirs = other.visualization("Mine", of: query)
            let refused = try await #require(throws: LoupeError.self) { try await charts.insert(theirs) }
            #expect(refused.code == .notFound)
            let chart = one.visualization("Chart", of: query)
            try await charts.insert(chart)
            let dashboard = one.dashboard("Board", tiles: [chart])
            try await DashboardRepository(database).insert(dashboard)
            await #expect(throws: LoupeError.self) { try await charts.find(chart.id, in: other.organization.id) }
            await #expect(throws: LoupeError.self) {
                try await DashboardRepository(database).find(dashboard.id, in: other.organization.id)
            }
            #expect(try await DashboardRepository(database).list(ListRequest(), in: other.organization.id).total == 0)
            // A tile that shows another organization's chart cannot be stored at all.
            let foreign = other.dashboard("Theirs", tiles: [chart])
            let conflict = try await #require(throws: LoupeError.self) {
                try await DashboardRepository(database).insert(foreign)
            }
            #expect(conflict.storeConflict?.kind == .foreignKey)
        }
    }

    @Test(
        "A dashboard with fifty tiles is read in two statements, in four with all they show",
        arguments: StoreKind.allCases
    )
    func statements(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let source = try await tenant.addDatasource()
            let organization = tenant.organization.id
            var charts: [Visualization] = []
            for index in 0..<50 {
                let query = tenant.query("q\(index)", on: source, tags: ["a"])
                try await QueryRepository(store).insert(query)
                charts.append(tenant.visualization("v\(index)", of: query))
                try await VisualizationRepository(store).insert(charts[index])
            }
            let small = tenant.dashboard("Small", tiles: Array(charts.prefix(1)))
            let large = tenant.dashboard("Large", tiles: charts)
            for dashboard in [small, large] { try await DashboardRepository(store).insert(dashboard) }
            let database = RecordingDatabase(store)
            let dashboards = DashboardRepository(database)
            for (dashboard, count) in [(small, 1), (large, 50)] {
                let whole = try await dashboards.find(
                    dashboard.id,
                    with: [.visualizations, .queries],
                    in: organization
                )
                #expect(whole.dashboard.tiles.count == count)
                #expect(whole.visualizations?.count == count)
                #expect(whole.queries?.count == count)
                // PostgreSQL tries a read without a transaction first, and so sees its first statement twice.
                let statements = database.takeStatements().count
                #expect(kind == .sqlite ? statements == 4 : (4...6).contains(statements))
                _ = try await dashboards.find(dashboard.id, in: organization)
                let plain = database.takeStatements().count
                #expect(kind == .sqlite ? plain == 2 : (2...4).contains(plain))
            }
            _ = try await dashboards.list(ListRequest(), in: organization)
            #expect(database.takeStatements().count <= 2)
            let items = try await dashboards.list(ListRequest(), in: organization).items
            #expect(items.map(\.tileCount) == [50, 1])
            #expect(items.allSatisfy { $0.dashboard.tiles == [] })
        }
    }

    @Test(
        "A dashboard comes back as it was saved, and its revision brings its tiles back",
        arguments: StoreKind.allCases
    )
    func revision(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(database).insert(query)
            let charts = ["one", "two"].map { tenant.visualization($0, of: query) }
            for chart in charts { try await VisualizationRepository(database).insert(chart) }
            let dashboards = DashboardRepository(database)
            let dashboard = tenant.dashboard("Board", tiles: charts)
            try await dashboards.insert(dashboard)
            let organization = tenant.organization.id
            #expect(try await dashboards.find(dashboard.id, in: organization) == dashboard)
            let now = TestStore.moment + .seconds(1)
            try await database.write { transaction in
                try DashboardRepository.touch(dashboard.id, version: 1, in: organization, at: now, transaction)
                try DashboardRepository.remove(dashboard.tiles[0].id, in: organization, transaction)
            }
            // The second chart is gone for good, so its tile cannot come back.
            try await database.write {
                try VisualizationRepository.delete(charts[1].id, by: nil, in: organization, at: now, $0)
            }
            try await BinRepository(database).purge(.visualization, charts[1].id.uuid, in: organization)
            let found = try await dashboards.find(dashboard.id, in: organization)
            #expect(found.tiles == [])
            let content = try await RevisionRepository(database)
                .find(1, of: .dashboard, dashboard.id.uuid, in: organization).content
            let restored = try await database.write { transaction in
                var dashboard = found
                dashboard.restore(content ?? .null, at: now)
                return try DashboardRepository.update(
                    dashboard,
                    replacingTiles: true,
                    by: nil,
                    at: now,
                    transaction
                )
            }
            #expect(restored.tiles.map(\.id) == [dashboard.tiles[0].id])
            #expect(restored.tiles.map(\.visualizationID) == [charts[0].id])
        }
    }

    @Test("No list of charts, dashboards or drafts reads a whole table or sorts")
    func plans() async throws {
        try await StoreKind.sqlite.withStore { store in
            let tenant = try await Tenant.make(store)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(store).insert(query)
            let chart = tenant.visualization("Chart", of: query)
            try await VisualizationRepository(store).insert(chart)
            try await DashboardRepository(store).insert(tenant.dashboard("Board", tiles: [chart]))
            let database = RecordingDatabase(store)
            let organization = tenant.organization.id
            for sortBy in ["name", "created_at", "updated_at"] {
                for direction in SortDirection.allCases {
                    let request = try ListRequest(limit: 1, sortBy: sortBy, direction: direction)
                    _ = try await VisualizationRepository(database).list(request, in: organization)
                    _ = try await DashboardRepository(database).list(request, in: organization)
                }
            }
            for statement in database.takeStatements() {
                try await Self.expectIndexed(statement, in: store)
            }
        }
    }

    private static func expectIndexed(_ statement: SQL, in store: any Database) async throws {
        let plan = try await store.read { transaction in
            try transaction.all("EXPLAIN QUERY PLAN \(statement)") { row in
                _ = (try row.int(), try row.int(), try row.int())
                return try row.text()
            }
        }
        let bad = plan.filter { line in
            line.contains("TEMP B-TREE")
                || line.hasPrefix("SCAN") && !line.contains("subquery") && !line.contains("counted")
        }
        #expect(bad == [], "\(statement.text)")
    }
}

extension Tenant {
    func visualization(_ name: String, of query: SavedQuery) -> Visualization {
        Visualization(
            id: Identifier(UUID()),
            organizationID: organization.id,
            queryID: query.id,
            name: name,
            chartType: .bar,
            createdBy: ada.id,
            createdByName: ada.name,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
    }

    /// A dashboard with a tile of each, side by side.
    func dashboard(_ name: String, tiles charts: [Visualization]) -> Dashboard {
        let id = Dashboard.ID(UUID())
        return Dashboard(
            id: id,
            organizationID: organization.id,
            name: name,
            description: "about \(name)",
            parameters: [ParameterDefinition(name: "start", type: .date)],
            tags: ["a"],
            tiles: charts.enumerated().map { index, chart in
                Tile(
                    id: Identifier(UUID()),
                    dashboardID: id,
                    kind: .visualization,
                    visualizationID: chart.id,
                    place: Tile.Place(x: index, y: 0),
                    parameterBindings: ["start": "start"],
                    createdAt: TestStore.moment,
                    updatedAt: TestStore.moment
                )
            },
            createdBy: ada.id,
            createdByName: ada.name,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
    }
}
