import LoupeCore
import LoupeEngine
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("A runner's errands")
struct ErrandTests {
    @Test(
        "a planner is asked about what the person wrote, whatever stands before it",
        arguments: [
            "SELECT 1", " ;\n;SELECT 1", "/* a */ ; SELECT 1", "EXPLAIN SELECT 1",
            "-- why\nexplain query plan SELECT 1",
            "SELECT 1 -- " + String(repeating: "x", count: 99_980),
        ]
    )
    func explains(_ sql: String) async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let report = try await fixture.running(fixture.runner("a")) {
                try await fixture.queries.validate(sql, on: fixture.datasource.id, by: fixture.caller)
            }
            #expect(report.problems == [])
        }
    }

    @Test("a planner's complaint stands where the person wrote it")
    func positions() async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let (first, second) = try await fixture.running(fixture.runner("a")) {
                (
                    try await fixture.queries.validate(
                        ";SELECT wrong FROM items",
                        on: fixture.datasource.id,
                        by: fixture.caller
                    ),
                    try await fixture.queries.validate(
                        ";\nSELECT wrong FROM items",
                        on: fixture.datasource.id,
                        by: fixture.caller
                    )
                )
            }
            #expect(first.problems.map(\.column) == [9])
            #expect(second.problems.map(\.position) == [10])
            #expect(second.problems.map(\.line) == [2])
            #expect(second.problems.map(\.column) == [8])
        }
    }

    @Test("a schema that came too late for who asked is there for the next", arguments: StoreKind.allCases)
    func lateSchema(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let (desk, id) = (fixture.desk, fixture.datasource.id)
            let item = desk.item(.introspect, datasource: id, for: fixture.caller)
            _ = try await fixture.running(fixture.runner("a")) { try await desk.carryOut(item, for: fixture.caller) }
            let kept = try await SchemaCacheRepository(fixture.database)
                .find(id, revision: 1, in: fixture.caller.organization)
            guard case .array(let tables)? = kept?.tables else {
                Issue.record("nothing was kept")
                return
            }
            #expect(tables.count == 1)
        }
    }
}

extension EngineFixture {
    var desk: ErrandDesk {
        let work = WorkRepository(database: database, surroundings: EngineFixture.surroundings, signals: signals)
        return ErrandDesk(
            work: work,
            signals: signals,
            surroundings: EngineFixture.surroundings,
            patience: .seconds(20)
        )
    }

    var queries: QueryService {
        QueryService(database: database, rules: rules, errands: desk, surroundings: EngineFixture.surroundings)
    }

    var datasources: DatasourceService {
        DatasourceService(
            database: database,
            secrets: secrets,
            rules: rules,
            errands: desk,
            surroundings: EngineFixture.surroundings
        )
    }
}
