import LoupeCore
import LoupeStore
import LoupeTestSupport

@testable import LoupeServices

extension ArchiveWorld {
    func dashboard(of chart: Visualization.ID, _ countries: SavedQuery.ID) -> Dashboard {
        let id: Dashboard.ID = surroundings.newID()
        let now = TestStore.moment
        let tiles = [
            Tile(
                id: surroundings.newID(),
                dashboardID: id,
                kind: .visualization,
                visualizationID: chart,
                title: "Sales",
                place: Tile.Place(x: 4, y: 2, width: 6, height: 5),
                parameterBindings: ["country": "land"],
                createdAt: now,
                updatedAt: now
            ),
            Tile(
                id: surroundings.newID(),
                dashboardID: id,
                kind: .text,
                content: "# Title\n\n- one\n- [two](https://example.com)\n",
                place: Tile.Place(x: 0, y: 0),
                createdAt: now,
                updatedAt: now
            ),
        ]
        return Dashboard(
            id: id,
            organizationID: organization.id,
            name: "Board",
            description: "What we look at",
            parameters: [ParameterDefinition(name: "land", type: .string, label: "Land", optionsQueryID: countries)],
            tags: ["board"],
            tiles: tiles,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
    }

    func schedule(of query: SavedQuery.ID) -> Schedule {
        Schedule(
            id: surroundings.newID(),
            organizationID: organization.id,
            queryID: query,
            name: "Nightly",
            cronExpression: "0 3 * * MON-FRI",
            timeZone: "Europe/Berlin",
            parameters: ["country": ["de"], "since": "-1d"],
            tags: ["night"],
            createdBy: caller.user,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
    }

    func canvas(on datasource: Datasource.ID, _ query: SavedQuery.ID) -> Canvas {
        let now = TestStore.moment
        let nodes = [
            CanvasNode(
                id: surroundings.newID(),
                kind: .query,
                title: "Why?",
                x: -20.5,
                y: 30,
                width: 300,
                height: 200,
                meta: [
                    "datasource_id": .string(datasource.description), "query_id": .string(query.description),
                    "sql": "SELECT 1\nFROM t", "parameters": ["country": ["de"]], "view": "chart", "ours": [1, nil],
                ],
                createdAt: now,
                updatedAt: now
            ),
            CanvasNode(
                id: surroundings.newID(),
                kind: .note,
                title: "",
                meta: ["markdown": "**Because**\n*of* this & that", "color": "yellow"],
                createdAt: now + .milliseconds(1),
                updatedAt: now
            ),
        ]
        var window = CanvasWindow()
        window.preset = .custom
        window.offset = 5
        window.customStart = now - .seconds(3600)
        window.customEnd = now
        let edge = CanvasEdge(
            id: surroundings.newID(),
            from: nodes[0].id,
            to: nodes[1].id,
            label: .explains,
            createdAt: now,
            updatedAt: now
        )
        return Canvas(
            id: surroundings.newID(),
            organizationID: organization.id,
            name: "Investigation",
            window: window,
            isLive: true,
            tags: ["why"],
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now,
            nodes: nodes,
            edges: [edge]
        )
    }
}

extension DatasourceRules {
    /// `DROP` anywhere is refused; there are no connections to read.
    static let forArchives = DatasourceRules(
        inspect: { sql, _ in
            let problem = LoupeError.Detail(field: "sql", message: "only one reading statement may run", line: 2)
            return StatementReport(problems: sql.contains("DROP") ? [problem] : [], parameters: [], statement: "select")
        },
        connect: { _ in throw LoupeError.invalid("connection_string", "is not a connection string") }
    )
}
