import Foundation
import GRDBSQLite
import Logging
import LoupeConnectors
import LoupeCore
import LoupeEngine
import LoupeResults
import LoupeSecurity
import LoupeServices
import LoupeStore
import LoupeTestSupport
import ServiceLifecycle
import Testing

/// A store with an organization and a SQLite datasource, and runners to start on it.
struct EngineFixture: Sendable {
    let database: any Database
    let signals = SignalHub()
    let results: ResultStore
    let secrets: DatasourceSecrets
    let caller: Caller
    let datasource: Datasource
    let logger: Logger

    static let surroundings = Surroundings.system

    /// Gives `body` a fixture on a store of that kind.
    static func with(
        _ kind: StoreKind,
        maxConcurrency: Int = 4,
        _ body: (EngineFixture) async throws -> Void
    ) async throws {
        try await TestDirectory.with { directory in
            try await kind.withStore { database in
                try await body(EngineFixture(database, directory, maxConcurrency))
            }
        }
    }

    private init(_ database: any Database, _ directory: String, _ maxConcurrency: Int) async throws {
        self.database = database
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        self.logger = logger
        results = ResultStore(
            database: database,
            storage: try DirectoryChunkStorage(path: "\(directory)/results"),
            surroundings: EngineFixture.surroundings
        )
        let ring = try KeyRing(parsing: "k:\(Data(repeating: 7, count: 32).base64EncodedString())")
        secrets = DatasourceSecrets(sealer: Sealer(ring.derived(for: .sealing)), database: database)
        let now = EngineFixture.surroundings.now()
        let organization = Organization(
            id: EngineFixture.surroundings.newID(),
            name: "Acme",
            createdAt: now,
            updatedAt: now
        )
        let user = User(
            id: EngineFixture.surroundings.newID(),
            organizationID: organization.id,
            email: "ana@example.com",
            name: "Ana",
            role: .admin,
            createdAt: now
        )
        caller = Caller(
            organization: organization.id,
            user: user.id,
            name: user.name,
            role: .admin,
            address: "127.0.0.1"
        )
        let file = "\(directory)/data.db"
        try EngineFixture.makeFile(file)
        var source = Datasource(
            id: EngineFixture.surroundings.newID(),
            organizationID: organization.id,
            name: "data",
            kind: .sqlite,
            connection: Datasource.Connection(database: file),
            createdBy: user.id,
            createdAt: now,
            updatedAt: now
        )
        source.maxConcurrency = maxConcurrency
        datasource = source
        let sealed = try secrets.seal("sqlite:\(file)", for: source.id, of: organization.id)
        try await database.write { [source] transaction in
            try OrganizationRepository.insert(organization, isFounding: true, in: transaction)
            try UserRepository.insert(user, passwordHash: "hash", in: transaction)
            try DatasourceRepository.insert(source, sealed: sealed, in: transaction)
        }
    }

    private static func makeFile(_ path: String) throws {
        var handle: OpaquePointer?
        #expect(sqlite3_open(path, &handle) == SQLITE_OK)
        let sql = """
            CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL);
            INSERT INTO items VALUES (1, 'lens', 12.5), (2, 'mirror', NULL), (3, 'prism', 7);
            """
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(handle)
    }
}

extension EngineFixture {
    var runs: RunRepository {
        RunRepository(database: database, surroundings: EngineFixture.surroundings, signals: signals)
    }

    var service: RunService {
        RunService(
            database: database,
            results: results,
            rules: rules,
            signals: signals,
            surroundings: EngineFixture.surroundings
        )
    }

    var rules: DatasourceRules {
        DatasourceRules(
            inspect: { sql, _ in
                let parsed = ParsedSQL(sql, flavour: .sqlite)
                return StatementReport(
                    problems: parsed.problems.map(\.detail),
                    parameters: parsed.parameterNames,
                    statement: nil
                )
            },
            connect: { input in
                ConnectionPlan(
                    secret: input.connectionString ?? "",
                    connection: input.fields ?? Datasource.Connection()
                )
            }
        )
    }

    var factory: ConnectorFactory {
        let path = datasource.connection.database ?? ""
        let directory = (path as NSString).deletingLastPathComponent
        let make: @Sendable (String) -> any Connector = { connection in
            SQLiteConnector(
                SQLiteConnector.Configuration(path: String(connection.dropFirst(7)), directories: [directory])
            )
        }
        return ConnectorFactory(
            make: { _, connection in make(connection) },
            makeUnsaved: { _, _, connection in make(connection) }
        )
    }

    /// `database` where the runner is to see the store through another's eyes; `factory` where it is to open other files.
    func runner(
        _ id: String,
        on database: (any Database)? = nil,
        opening factory: ConnectorFactory? = nil,
        _ adjust: (inout Runner.Options) -> Void = { _ in }
    ) -> Runner {
        var options = Runner.Options(id: id, version: "test")
        options.pollInterval = .milliseconds(50)
        options.beatInterval = .milliseconds(50)
        options.grace = .milliseconds(200)
        options.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(1))
        adjust(&options)
        return Runner(
            options: options,
            database: database ?? self.database,
            results: results,
            secrets: secrets,
            factory: factory ?? self.factory,
            signals: signals,
            surroundings: EngineFixture.surroundings,
            logger: logger
        )
    }

    func upkeep(_ adjust: (inout Upkeep.Options) -> Void = { _ in }) -> Upkeep {
        var options = Upkeep.Options(id: "upkeep")
        options.interval = .milliseconds(20)
        options.patience = .milliseconds(400)
        adjust(&options)
        return Upkeep(
            options: options,
            database: database,
            results: results,
            signals: signals,
            surroundings: EngineFixture.surroundings,
            logger: logger
        )
    }

    /// Runs services while `body` goes on, then shuts them down gracefully. Throws at once what a service throws.
    func running<Value: Sendable>(
        _ services: any Service...,
        body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let group = ServiceGroup(services: services, logger: logger)
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask { try await body() }
            var outcome: Value?
            while let ended = try await tasks.next() {
                guard let ended else { continue }
                outcome = ended
                await group.triggerGracefulShutdown()
            }
            return try #require(outcome)
        }
    }

    func execute(
        _ sql: String,
        _ values: [String: JSONValue] = [:],
        limits: RunService.LimitChanges = .init()
    ) async throws -> Run {
        try await service.execute(
            sql,
            on: datasource.id,
            definitions: [],
            values: values,
            limits: limits,
            by: caller
        ).run
    }

    /// The run once it is final.
    func outcome(of run: Run, within time: Duration = .seconds(20)) async throws -> Run {
        try await service.wait(for: run.id, atMost: time, by: caller)
    }

    /// The run once it is running.
    func started(_ run: Run) async throws {
        let changes = signals.subscribe(.run(run.id))
        for _ in 0..<200 {
            if try await runs.find(run.id, in: caller.organization).status != .queued { return }
            var iterator = changes.makeAsyncIterator()
            _ = await iterator.next()
        }
        Issue.record("the run did not start")
    }

    /// A statement that takes until somebody stops it.
    static let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
}
