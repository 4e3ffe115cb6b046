import Logging
import LoupeCore
import LoupePostgres
import Synchronization

/// Makes connections to a datasource: each host resolved once, checked, and connected by the address that was checked.
final class PostgresDialer: Sendable {
    private let configuration: PostgresConnector.Configuration
    private let logger: Logger
    private let isPooledFlag = Atomic<Bool>(false)

    init(_ configuration: PostgresConnector.Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Whether a pooler stands between: a session must not be cleaned then but closed, as it may be another's tomorrow.
    var isPooled: Bool { isPooledFlag.load(ordering: .relaxed) }

    /// Throws `HostPolicy.Refusal`, `PostgresRefusal.ownDatabase`, `PostgresConnectError` or `PostgresError`.
    func connect(within limit: Duration) async throws -> PostgresConnection {
        let deadline = ContinuousClock.now + limit
        var options = options
        options.endpoints = try await endpoints()
        let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
        options.connectTimeout = min(options.connectTimeout, left)
        let connection = try await PostgresConnection.connect(options, logger: logger)
        do {
            try await check(connection, until: deadline)
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }

    private func check(_ connection: PostgresConnection, until deadline: ContinuousClock.Instant) async throws {
        let (identity, process, claimed) = try await connection.run { session in
            session.deadline = deadline
            defer { session.deadline = nil }
            let process = try session.pipeline([.init("SELECT pg_catalog.pg_backend_pid()")])[0].int8(0, 0)
            return (try PostgresIdentity.read(session), process, Int64(session.backendProcessID))
        }
        if configuration.refused.contains(where: identity.mayBe) { throw PostgresRefusal.ownDatabase }
        // A pooler gives out process numbers of its own.
        if process != claimed { isPooledFlag.store(true, ordering: .relaxed) }
    }

    private var options: PostgresOptions {
        let target = configuration.target
        var options = PostgresOptions(
            host: "",
            database: target.database,
            user: target.user,
            password: target.password?.reveal(),
            connectTimeout: min(target.connectTimeout ?? .seconds(8), .seconds(8))
        )
        if let mode = PostgresOptions.SSLMode(rawValue: target.sslMode.rawValue) {
            options.sslMode = mode
        }
        if let kind = PostgresOptions.TargetSession(rawValue: target.sessionAttributes.rawValue) {
            options.targetSession = kind
        }
        options.applicationName = target.applicationName ?? "loupe"
        options.keepalive = .init(idle: .seconds(10), interval: .seconds(10), count: 3)
        options.unacknowledgedTimeout = .seconds(30)
        return options
    }

    private func endpoints() async throws -> [PostgresOptions.Endpoint] {
        var endpoints: [PostgresOptions.Endpoint] = []
        var refusal: (any Error)?
        for host in configuration.target.hosts {
            do {
                if host.isLocalSocket {
                    try configuration.hosts.checkLocalSocket()
                    endpoints.append(.init(host: host.name, port: host.port))
                } else {
                    for address in try await configuration.hosts.addresses(of: host.name) {
                        endpoints.append(.init(host: host.name, hostAddress: "\(address)", port: host.port))
                    }
                }
            } catch {
                refusal = refusal ?? error
            }
        }
        if endpoints.isEmpty { throw refusal ?? HostPolicy.Refusal.unknownHost }
        return endpoints
    }
}
