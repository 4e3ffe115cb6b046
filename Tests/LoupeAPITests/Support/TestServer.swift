import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import LoupeCore
import LoupeResults
import LoupeSecurity
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Synchronization
import Testing

@testable import LoupeAPI

/// The whole API over a real store. Runs are carried out by hand, as no runner is there.
struct TestServer: Sendable {
    let clock = TestClock()
    let lines = LogLines()
    let database: any Database
    let signals = SignalHub()
    let results: ResultStore
    let runs: RunRepository
    let work: WorkRepository
    let accounts: Accounts
    let post: Post
    let outbox = Outbox()
    let authenticator: Authenticator
    let errands: ErrandDesk
    let secrets: DatasourceSecrets
    let events: EventStreams
    let openings: Openings
    var rules: APIRules
    var addressPerMinute = 0

    init(
        _ database: any Database,
        registration: RegistrationRule = .open,
        needsSetupCode: Bool = false,
        delivery: Accounts.Rules.Delivery = .mail,
        cost: PasswordHasher.Cost = .test,
        rules: APIRules = APIRules()
    ) async {
        self.database = database
        self.rules = rules
        let surroundings = clock.surroundings
        let now = surroundings.now
        let ring = KeyRing.generated()
        results = ResultStore(database: database, storage: StoreChunkStorage(), surroundings: surroundings)
        runs = RunRepository(database: database, surroundings: surroundings, signals: signals)
        work = WorkRepository(database: database, surroundings: surroundings, signals: signals)
        let outbox = outbox
        post = Post(deliver: { outbox.add($0) }, logger: lines.logger(), surroundings: surroundings)
        accounts = Accounts(
            database: database,
            hasher: PasswordHasher(cost: cost),
            tokens: await AccessTokens(ring, now: now),
            sealer: Sealer(ring),
            rules: Accounts.Rules(registration: registration, needsSetupCode: needsSetupCode, delivery: delivery),
            post: post,
            links: Links(base: "https://loupe.example"),
            surroundings: surroundings
        )
        let clock = clock
        authenticator = Authenticator(accounts: accounts, surroundings: surroundings, instant: { clock.instant })
        secrets = DatasourceSecrets(sealer: Sealer(ring), database: database)
        openings = Openings(database: database, surroundings: surroundings, logger: lines.logger())
        events = EventStreams(
            events: RunEventRepository(database),
            signals: signals,
            standing: EventStreams.standing(database, now: now),
            surroundings: surroundings,
            instant: { clock.instant },
            logger: lines.logger()
        )
        errands = ErrandDesk(work: work, signals: signals, surroundings: surroundings, patience: .seconds(20))
    }

    /// A server on a store of its own: on SQLite, unless the suite says `.onBothStores`.
    static func with(
        registration: RegistrationRule = .open,
        needsSetupCode: Bool = false,
        delivery: Accounts.Rules.Delivery = .mail,
        cost: PasswordHasher.Cost = .test,
        rules: APIRules = APIRules(),
        addressPerMinute: Int = 0,
        on kind: StoreKind = .current,
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (TestServer, TestCalls) async throws -> Void
    ) async throws {
        try await kind.withStore { database in
            var server = await TestServer(
                database,
                registration: registration,
                needsSetupCode: needsSetupCode,
                delivery: delivery,
                cost: cost,
                rules: rules
            )
            server.addressPerMinute = addressPerMinute
            let ready = server
            let app = Application(
                responder: ready.responder(),
                server: .api,
                logger: ready.lines.logger(level: .critical)
            )
            try await app.test(setup) { client in try await body(ready, TestCalls(client: client)) }
        }
    }

    func responder() -> APIResponder {
        let clock = clock
        return APIResponder(
            endpoints(),
            rules: rules,
            authenticator: authenticator,
            rates: RateRules(
                addressPerMinute: addressPerMinute,
                counter: RateLimiter(now: { clock.instant })
            ),
            idempotency: Idempotency(
                repository: IdempotencyRepository(database),
                surroundings: clock.surroundings
            ),
            openings: openings,
            logger: lines.logger(),
            surroundings: clock.surroundings
        )
    }

    private func endpoints() -> Endpoints {
        let database = database
        let surroundings = clock.surroundings
        let root = Endpoints()
        let api = root.group("api/v1")
        let probes = HealthRoutes.Probes(
            version: "1.2.3",
            checkDatabase: { _ = try await database.read { try $0.count("SELECT 1") } },
            isStarted: { true }
        )
        let health = HealthRoutes(probes: probes, authenticator: authenticator)
        health.add(to: root.group("health"))
        health.add(to: api.group("health"))
        addAccounts(to: api)
        let runs = RunService(
            database: database,
            results: results,
            rules: .test,
            signals: signals,
            surroundings: surroundings
        )
        RunRoutes(service: runs).add(to: api.group("runs"))
        EventRoutes(streams: events, runs: runs).add(to: api)
        FindingRoutes(database: database, openings: openings, surroundings: surroundings).add(to: api)
        OrganizationUsageRoutes(
            usage: OrganizationUsageService(database: database, surroundings: surroundings, resultMaximum: 1 << 28)
        )
        .add(to: api.group("organizations"))
        let datasources = DatasourceService(
            database: database,
            secrets: secrets,
            rules: .test,
            errands: errands,
            surroundings: surroundings
        )
        DatasourceRoutes(datasources: DatasourceRepository(database), service: datasources, runs: runs)
            .add(to: api.group("datasources"))
        let revisions = RevisionRepository(database)
        QueryRoutes(
            queries: QueryService(database: database, rules: .test, errands: errands, surroundings: surroundings),
            revisions: revisions
        )
        .add(to: api.group("queries"))
        ScheduleRoutes(
            schedules: ScheduleService(database: database, rules: .test, signals: signals, surroundings: surroundings),
            surroundings: surroundings
        )
        .add(to: api.group("schedules"))
        VisualizationRoutes(visualizations: VisualizationService(database: database, surroundings: surroundings))
            .add(to: api.group("visualizations"))
        DashboardRoutes(
            dashboards: DashboardService(database: database, surroundings: surroundings),
            revisions: revisions
        ).add(to: api.group("dashboards"))
        CanvasRoutes(
            canvases: CanvasService(database: database, runs: runs, surroundings: surroundings),
            revisions: revisions
        ).add(to: api.group("canvases"))
        BinRoutes(bin: BinService(database: database, surroundings: surroundings)).add(to: api.group("bin"))
        let sample = SampleService(
            database: database,
            secrets: secrets,
            surroundings: surroundings,
            file: "/data/flights.db",
            exists: { _ in true }
        )
        AuditRoutes(log: AuditRepository(database)).add(to: api.group("organizations"))
        OrganizationRoutes(
            people: PeopleService(database: database, surroundings: surroundings),
            sample: sample
        )
        .add(to: api.group("organizations"))
        return root
    }

    private func addAccounts(to api: Endpoints) {
        let people = PeopleService(database: database, surroundings: clock.surroundings)
        AuthRoutes(accounts: accounts, authenticator: authenticator, rules: rules).add(to: api.group("auth"))
        SessionRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("auth/sessions"))
        PasswordRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("auth/password"))
        PreferenceRoutes(preferences: PreferencesRepository(database), surroundings: clock.surroundings)
            .add(to: api.group("auth/me/preferences"))
        InvitationRoutes(accounts: accounts, rules: rules).add(to: api)
        APIKeyRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("api-keys"))
        PeopleRoutes(people: people, authenticator: authenticator).add(to: api.group("organizations/users"))
    }

    /// Registers somebody, who founds an organization.
    func found(_ name: String, _ call: TestCalls) async throws -> TestAccount {
        let answer = try await call(.post, "/api/v1/auth/register", json: registration(name))
        #expect(answer.status == 201)
        return try TestAccount(answer)
    }

    func registration(_ name: String, setupCode: String? = nil) -> String {
        let code = setupCode.map { ",\"setup_code\":\"\($0)\"" } ?? ""
        return "{\"email\":\"\(name)@example.com\",\"password\":\"correct horse\",\"name\":\"\(name)\"\(code)}"
    }

    /// Adds somebody to an organization and signs them in.
    func join(_ name: String, _ role: Role, _ founder: TestAccount, _ call: TestCalls) async throws -> TestAccount {
        let user = User(
            id: clock.surroundings.newID(),
            organizationID: founder.organization,
            email: "\(name)@example.com",
            name: name,
            role: role,
            createdAt: clock.now
        )
        let hasher = PasswordHasher(cost: .test)
        try await UserRepository(database).insert(user, passwordHash: hasher.hash("correct horse"))
        let login = "{\"email\":\"\(name)@example.com\",\"password\":\"correct horse\"}"
        return try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
    }
}

extension PasswordHasher.Cost {
    /// Next to nothing.
    static let test = PasswordHasher.Cost(memoryKiB: 64, iterations: 1, lanes: 1)
}

/// Mails that would have been sent.
final class Outbox: Sendable {
    private let sent = Mutex<[Mail]>([])

    func add(_ mail: Mail) {
        sent.withLock { $0.append(mail) }
    }

    var mails: [Mail] { sent.withLock { $0 } }
}

/// Somebody signed in.
struct TestAccount: Sendable {
    let token: String
    let refreshToken: String
    let organization: Organization.ID
    let user: User.ID

    init(_ answer: TestAnswer) throws {
        token = try #require(answer.text("token"))
        refreshToken = try #require(answer.text("refresh_token"))
        guard case .string(let organization)? = answer["user", "org_id"], case .string(let user)? = answer["user", "id"]
        else { throw LoupeError(.internalError, "the answer has no user") }
        self.organization = try #require(Organization.ID(organization))
        self.user = try #require(User.ID(user))
    }
}

extension DatasourceRules {
    /// Enough of the connectors' rules to tell good from bad: only `SELECT` and `SHOW` pass, a `:name` is a parameter, and a
    /// connection string is `postgres://user:password@host/database` or `sqlite:path`.
    static let test = DatasourceRules(
        inspect: { sql, _ in
            let word = sql.lowercased().prefix { $0.isLetter }
            let isGood = ["select", "show"].contains(word)
            let problem = LoupeError.Detail(
                field: "sql",
                message: "only one reading statement may run",
                code: "not_a_select",
                position: 1,
                line: 1,
                column: 1,
                length: 6
            )
            let words = sql.split { !($0.isLetter || $0 == ":" || $0 == "_") }.filter { $0.hasPrefix(":") }
            return StatementReport(
                problems: isGood ? [] : [problem],
                parameters: words.map { String($0.dropFirst()) },
                statement: isGood ? String(word) : nil
            )
        },
        connect: { input in
            let text = input.connectionString ?? "postgres://\(input.fields?.host ?? "")"
            guard text.hasPrefix("postgres://") || text.hasPrefix("sqlite:") else {
                throw LoupeError.invalid("connection_string", "is not a connection string")
            }
            return ConnectionPlan(
                secret: text,
                connection: Datasource.Connection(host: "db", port: 5432, database: "app", user: "reader")
            )
        }
    )
}
