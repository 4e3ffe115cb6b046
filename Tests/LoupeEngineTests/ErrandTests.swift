import Logging
import LoupeConnectors
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

    @Test("SQLite's planner is asked about a statement that reads no table too")
    func unknownColumn() async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let report = try await fixture.running(fixture.runner("a")) {
                try await fixture.queries.validate("; SELECT wrong", on: fixture.datasource.id, by: fixture.caller)
            }
            #expect(report.problems.map(\.code) == ["SQLITE_ERROR"])
            #expect(report.problems.map(\.position) == [10])
        }
    }

    @Test("PostgreSQL's planner is asked, and its complaint stands where the person wrote it")
    func postgres() async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let url = try TestPostgres.clusterURL()
            let source = try await fixture.addPostgres(url)
            let statements = [
                "SELECT 1", " ;\n;SELECT count(*) FROM pg_class WHERE oid = :id", "VALUES (1)",
                "SELECT wrong", ";\nSELECT wrong FROM pg_class", "SELECT 1 FROM nowhere", "SELECT left(1)",
            ]
            let reports = try await fixture.running(fixture.runner("a", opening: EngineFixture.postgresFactory)) {
                var reports: [StatementReport] = []
                for sql in statements {
                    reports.append(try await fixture.queries.validate(sql, on: source.id, by: fixture.caller))
                }
                return reports
            }
            let problems = reports.map { $0.problems.first }
            #expect(problems.map { $0?.code } == [nil, nil, nil, "42703", "42703", "42P01", "42883"])
            #expect(problems.map { $0?.position } == [nil, nil, nil, 8, 10, 15, 8])
            #expect(problems.map { $0?.line } == [nil, nil, nil, 1, 2, 1, 1])
            #expect(problems.map { $0?.column } == [nil, nil, nil, 8, 8, 15, 8])
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
    /// A PostgreSQL datasource beside the SQLite one.
    func addPostgres(_ url: String) async throws -> Datasource {
        let now = EngineFixture.surroundings.now()
        let source = Datasource(
            id: EngineFixture.surroundings.newID(),
            organizationID: caller.organization,
            name: "postgres",
            kind: .postgres,
            connection: Datasource.Connection(),
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        let sealed = try secrets.seal(url, for: source.id, of: caller.organization)
        try await DatasourceRepository(database).insert(source, sealed: sealed)
        return source
    }

    /// For PostgreSQL alone.
    static var postgresFactory: ConnectorFactory {
        let sqlGuard = PostgresGuard()
        let make: @Sendable (String) throws -> any Connector = { url in
            guard case .postgres(let target) = try DatasourceConnection(string: url) else {
                throw TestPostgres.Missing()
            }
            return PostgresConnector(
                .init(target: target, hosts: HostPolicy(allowsPrivate: true)),
                guard: sqlGuard,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        return ConnectorFactory(
            make: { _, connection in try make(connection) },
            makeUnsaved: { _, _, connection in try make(connection) }
        )
    }

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
