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
    let authenticator: Authenticator
    let routes: APIRoutes
    var rules: APIRules
    var addressPerMinute = 0

    init(
        _ database: any Database,
        registration: RegistrationRule = .open,
        needsSetupCode: Bool = false,
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
        accounts = Accounts(
            database: database,
            hasher: PasswordHasher(cost: PasswordHasher.Cost(memoryKiB: 64, iterations: 1, lanes: 1)),
            tokens: await AccessTokens(ring, now: now),
            sealer: Sealer(ring),
            rules: Accounts.Rules(registration: registration, needsSetupCode: needsSetupCode),
            surroundings: surroundings
        )
        let accounts = accounts
        let clock = clock
        authenticator = Authenticator(instant: { clock.instant }, now: now) { token in
            let (user, session, expiresAt) = try await accounts.authenticate(token)
            return Identity(
                organization: user.organizationID,
                user: user.id,
                role: user.role,
                session: session,
                expiresAt: expiresAt
            )
        }
        let secrets = DatasourceSecrets(sealer: Sealer(ring), database: database)
        let errands = ErrandDesk(work: work, signals: signals, surroundings: surroundings, patience: .seconds(5))
        routes = APIRoutes(
            accounts: accounts,
            datasources: DatasourceService(
                database: database,
                secrets: secrets,
                rules: .test,
                errands: errands,
                surroundings: surroundings
            ),
            queries: QueryService(database: database, rules: .test, surroundings: surroundings),
            runs: RunService(
                database: database,
                results: results,
                rules: .test,
                signals: signals,
                surroundings: surroundings
            ),
            sample: SampleService(
                database: database,
                secrets: secrets,
                surroundings: surroundings,
                file: "/data/flights.db",
                exists: { _ in true }
            ),
            probes: HealthRoutes.Probes(
                version: "1.2.3",
                checkDatabase: { try await database.read { _ = try $0.count("SELECT 1") } },
                isStarted: { true }
            )
        )
    }

    /// A server on a SQLite store of its own.
    static func with(
        registration: RegistrationRule = .open,
        needsSetupCode: Bool = false,
        rules: APIRules = APIRules(),
        addressPerMinute: Int = 0,
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (TestServer, TestCalls) async throws -> Void
    ) async throws {
        try await StoreKind.sqlite.withStore { database in
            var server = await TestServer(
                database,
                registration: registration,
                needsSetupCode: needsSetupCode,
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
            routes.endpoints(
                database,
                authenticator: authenticator,
                rules: rules,
                surroundings: clock.surroundings
            ),
            rules: rules,
            authenticator: authenticator,
            rates: RateRules(
                addressPerMinute: addressPerMinute,
                limiter: RateLimiter(now: { clock.instant })
            ),
            idempotency: Idempotency(
                repository: IdempotencyRepository(database),
                surroundings: clock.surroundings
            ),
            logger: lines.logger(),
            surroundings: clock.surroundings
        )
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
        let hasher = PasswordHasher(cost: PasswordHasher.Cost(memoryKiB: 64, iterations: 1, lanes: 1))
        try await UserRepository(database).insert(user, passwordHash: hasher.hash("correct horse"))
        let login = "{\"email\":\"\(name)@example.com\",\"password\":\"correct horse\"}"
        return try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
    }
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
    /// Enough of the connectors' rules to tell good from bad: only `SELECT` passes, a `:name` is a parameter, and a
    /// connection string is `postgres://user:password@host/database` or `sqlite:path`.
    static let test = DatasourceRules(
        inspect: { sql, _ in
            let isGood = sql.lowercased().hasPrefix("select")
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
                statement: isGood ? "select" : nil
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
