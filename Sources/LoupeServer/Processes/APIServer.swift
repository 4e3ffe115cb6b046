import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import LoupeAPI
import LoupeCore
import LoupeSecurity
import LoupeServices
import LoupeStore
import NIOCore
import ServiceLifecycle

/// The HTTP side of an installation.
struct APIServer: Sendable {
    let installation: Installation
    let accounts: Accounts
    let post: Post
    let links: Links
    let rules: APIRules
    let rates: any RateCounter
    let metrics = RequestMetrics()
    let events: EventStreams
    let openings: Openings

    /// Throws `ExitError` for a mail server that cannot be used.
    static func make(_ installation: Installation) async throws -> APIServer {
        let configuration = installation.configuration
        let (post, delivery) = try installation.post()
        let links = Links(base: configuration.http.publicURL?.text)
        let accounts = Accounts(
            database: installation.database,
            hasher: PasswordHasher(),
            tokens: await AccessTokens(
                installation.keys,
                lifetime: configuration.accounts.accessTokenLifetime,
                now: installation.surroundings.now
            ),
            sealer: Sealer(installation.keys.derived(for: .sealing)),
            rules: Accounts.Rules(
                registration: configuration.accounts.registration,
                needsSetupCode: !configuration.http.isLoopback,
                delivery: delivery
            ),
            post: post,
            links: links,
            surroundings: installation.surroundings
        )
        let (database, surroundings) = (installation.database, installation.surroundings)
        return APIServer(
            installation: installation,
            accounts: accounts,
            post: post,
            links: links,
            rules: APIRules(configuration),
            rates: installation.rateCounter,
            events: EventStreams(
                events: RunEventRepository(database),
                signals: installation.store.signals,
                standing: EventStreams.standing(database, now: surroundings.now),
                surroundings: surroundings,
                logger: installation.logger
            ),
            openings: Openings(database: database, surroundings: surroundings, logger: installation.logger)
        )
    }

    /// Every route of the API, answered by one responder.
    func responder() -> APIResponder {
        responder { endpoints, authenticator in
            addAPI(to: endpoints, authenticator)
            DocsRoutes().add(to: endpoints.group("docs"))
        }
    }

    /// What programs read before they speak to it.
    func document() -> OpenAPIDocument {
        let endpoints = Endpoints()
        addAPI(to: endpoints, Authenticator(accounts: accounts, surroundings: installation.surroundings))
        return OpenAPIDocument(endpoints, version: LoupeVersion.current)
    }

    private func addAPI(to endpoints: Endpoints, _ authenticator: Authenticator) {
        let api = endpoints.group("api/v1")
        HealthRoutes(probes: installation.probes, authenticator: authenticator).add(to: api.group("health"))
        addAccounts(to: api, authenticator)
        addResources(to: api)
        OpenAPIRoutes(version: LoupeVersion.current).add(to: api)
    }

    /// Health alone, for a process without an API.
    func healthResponder() -> APIResponder {
        responder { _, _ in }
    }

    private func responder(_ add: (Endpoints, Authenticator) -> Void) -> APIResponder {
        let configuration = installation.configuration
        let surroundings = installation.surroundings
        let authenticator = Authenticator(accounts: accounts, surroundings: surroundings)
        let endpoints = Endpoints()
        HealthRoutes(probes: installation.probes, authenticator: authenticator).add(to: endpoints.group("health"))
        metricsRoutes.add(to: endpoints.group("metrics"))
        add(endpoints, authenticator)
        return APIResponder(
            endpoints,
            rules: rules,
            authenticator: authenticator,
            rates: RateRules(
                addressPerMinute: configuration.http.rateLimitPerMinute,
                exempt: configuration.http.rateLimitExempt,
                counter: rates
            ),
            idempotency: Idempotency(
                repository: IdempotencyRepository(installation.database),
                surroundings: surroundings
            ),
            openings: openings,
            logger: installation.logger,
            metrics: metrics,
            surroundings: surroundings
        )
    }

    private func addResources(to api: Endpoints) {
        let database = installation.database
        let surroundings = installation.surroundings
        let connectorRules = installation.connectors.rules
        let errands = ErrandDesk(
            work: WorkRepository(
                database: database,
                surroundings: surroundings,
                signals: installation.store.signals
            ),
            signals: installation.store.signals,
            surroundings: surroundings
        )
        let runs = RunService(
            database: database,
            results: installation.results,
            rules: connectorRules,
            signals: installation.store.signals,
            surroundings: surroundings
        )
        let datasources = DatasourceService(
            database: database,
            secrets: installation.secrets,
            rules: connectorRules,
            errands: errands,
            surroundings: surroundings
        )
        let queries = QueryService(
            database: database,
            rules: connectorRules,
            errands: errands,
            surroundings: surroundings
        )
        DatasourceRoutes(datasources: DatasourceRepository(database), service: datasources, runs: runs)
            .add(to: api.group("datasources"))
        let revisions = RevisionRepository(database)
        QueryRoutes(queries: queries, revisions: revisions).add(to: api.group("queries"))
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
        RunRoutes(service: runs).add(to: api.group("runs"))
        EventRoutes(streams: events, runs: runs).add(to: api)
        FindingRoutes(database: database, openings: openings, surroundings: surroundings).add(to: api)
        OrganizationUsageRoutes(
            usage: OrganizationUsageService(
                database: database,
                surroundings: surroundings,
                resultMaximum: installation.configuration.results.maximumBytes
            )
        ).add(to: api.group("organizations"))
        AuditRoutes(log: AuditRepository(database)).add(to: api.group("organizations"))
        addSchedules(to: api)
        OrganizationRoutes(
            people: PeopleService(database: database, surroundings: surroundings),
            sample: installation.samples
        ).add(to: api.group("organizations"))
    }

    private func addSchedules(to api: Endpoints) {
        let schedules = ScheduleService(
            database: installation.database,
            rules: installation.connectors.rules,
            signals: installation.store.signals,
            surroundings: installation.surroundings
        )
        ScheduleRoutes(schedules: schedules, surroundings: installation.surroundings)
            .add(to: api.group("schedules"))
    }

    private func addAccounts(to api: Endpoints, _ authenticator: Authenticator) {
        let (database, surroundings) = (installation.database, installation.surroundings)
        let people = PeopleService(database: database, surroundings: surroundings)
        let preferences = PreferencesRepository(database)
        AuthRoutes(accounts: accounts, authenticator: authenticator, rules: rules).add(to: api.group("auth"))
        SessionRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("auth/sessions"))
        PasswordRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("auth/password"))
        PreferenceRoutes(preferences: preferences, surroundings: surroundings).add(to: api.group("auth/me/preferences"))
        InvitationRoutes(accounts: accounts, rules: rules).add(to: api)
        APIKeyRoutes(accounts: accounts, authenticator: authenticator).add(to: api.group("api-keys"))
        PeopleRoutes(people: people, authenticator: authenticator).add(to: api.group("organizations/users"))
    }
}

extension Installation {
    /// What health answers from.
    var probes: HealthRoutes.Probes {
        let database = database
        return HealthRoutes.Probes(
            version: LoupeVersion.current,
            checkDatabase: { _ = try await database.read { try $0.count("SELECT 1") } },
            isStarted: { true }
        )
    }

    var samples: SampleService {
        SampleService(
            database: database,
            secrets: secrets,
            surroundings: surroundings,
            file: configuration.sampleFile,
            exists: { FileManager.default.isReadableFile(atPath: $0) }
        )
    }
}

extension APIRules {
    init(_ configuration: Configuration) {
        let publicURL = configuration.http.publicURL
        self.init(
            hosts: publicURL.map { [String($0.text.drop { $0 != "/" }.dropFirst(2))] } ?? [],
            isLocalOnly: publicURL == nil && configuration.http.isLoopback,
            trustedProxies: configuration.http.trustedProxies,
            allowedOrigins: Set(configuration.http.allowedOrigins.map(\.text)),
            publicOrigin: publicURL?.text,
            isSecure: publicURL?.isSecure ?? (configuration.http.tls != nil)
        )
    }
}
