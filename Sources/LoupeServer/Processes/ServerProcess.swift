import Foundation
import Logging
import LoupeAPI
import LoupeCore
import LoupeEngine
import LoupeServices
import LoupeStore
import ServiceLifecycle
import UnixSignals

/// A process of Loupe in one of its roles, from its start to its graceful end.
package struct ServerProcess: Sendable {
    private let installation: Installation
    private let announce: @Sendable (String) -> Void

    /// `announce` prints a line for the person who started the process.
    package init(_ installation: Installation, announce: @escaping @Sendable (String) -> Void) {
        self.installation = installation
        self.announce = announce
    }

    /// Runs until SIGTERM or SIGINT. Throws `ExitError`.
    package func run() async throws {
        try await installation.prepare()
        var services: [any Service] = []
        if let signals = installation.store.postgresSignals { services.append(SignalService(signals: signals)) }
        switch installation.configuration.role {
        case .serve:
            let (api, accounts) = try await api
            services += [accounts, upkeep, scheduler, Together(services: [try runner] + api + [waits])]
        case .api:
            let (api, accounts) = try await api
            services += [accounts, Together(services: api + [waits])]
        case .runner: services += [try runner, try await health]
        case .scheduler: services += [upkeep, scheduler, try await health]
        }
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quietLogger
        )
        // A download whose client stopped reading would hold it up for ever.
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            // The group was told to stop.
        } catch let error as LoupeError {
            throw ExitError(.unavailable, "\(error.message).")
        }
        await installation.database.close()
    }

    private var waits: WaitEnder { WaitEnder(signals: installation.store.signals) }

    private var quietLogger: Logger {
        var logger = installation.logger
        logger.logLevel = max(.warning, logger.logLevel)
        return logger
    }

    private var runner: Runner {
        get throws {
            var options = Runner.Options(id: installation.name, version: LoupeVersion.current)
            options.concurrency = installation.configuration.engine.runnerConcurrency
            options.cellBytes = installation.configuration.results.cellMaximumBytes
            options.resultBytes = installation.configuration.results.maximumBytes
            return Runner(
                options: options,
                database: installation.database,
                results: installation.results,
                secrets: installation.secrets,
                factory: installation.connectors.factory,
                signals: installation.store.signals,
                surroundings: installation.surroundings,
                logger: installation.logger
            )
        }
    }

    private var upkeep: Upkeep {
        var options = Upkeep.Options(id: installation.name)
        options.queueTimeout = installation.configuration.engine.queueTimeout
        return Upkeep(
            options: options,
            database: installation.database,
            results: installation.results,
            signals: installation.store.signals,
            surroundings: installation.surroundings,
            logger: installation.logger
        )
    }

    private var scheduler: Scheduler {
        var options = Scheduler.Options(id: installation.name)
        options.pollInterval = installation.configuration.engine.schedulerPollInterval
        return Scheduler(
            options: options,
            database: installation.database,
            rules: installation.connectors.rules,
            signals: installation.store.signals,
            surroundings: installation.surroundings,
            logger: installation.logger
        )
    }

    /// What answers requests with what feeds and ends together with it, and what goes on beside it.
    private var api: ([any Service], AccountService) {
        get async throws {
            let server = try await APIServer.make(installation)
            let http = installation.configuration.http
            let code = try await server.accounts.prepareSetupCode()
            let scheme = http.tls == nil ? "http" : "https"
            let announce = announce
            let publicURL = http.publicURL?.text
            let beside = AccountService(seen: server.accounts.seen, post: server.post, logger: installation.logger)
            let service = HTTPService(
                responder: server.responder(),
                rules: server.rules,
                host: http.host,
                port: http.port,
                maximumClients: http.maximumClients,
                tls: http.tls,
                onListening: { port in
                    if http.isLoopback { server.links.listens(on: "\(scheme)://\(http.host):\(port)") }
                    if let code { announce("Set-up code for the first registration: \(code)") }
                    announce("Loupe listens on \(publicURL ?? "\(scheme)://\(http.host):\(port)")")
                },
                logger: installation.logger
            )
            let fed: [any Service] = [
                service, Background { [events = server.events] in await events.run() },
                Background { [openings = server.openings] in await openings.run() },
            ]
            return (fed, beside)
        }
    }

    /// Health of a process without an API, on loopback.
    private var health: HTTPService {
        get async throws {
            let server = try await APIServer.make(installation)
            let announce = announce
            return HTTPService(
                responder: server.healthResponder(),
                rules: server.rules,
                host: "127.0.0.1",
                port: installation.configuration.http.opsPort,
                tls: nil,
                onListening: { port in announce("Health is answered on http://127.0.0.1:\(port)/health") },
                logger: installation.logger
            )
        }
    }
}

/// Services that shut down at the same time: the group would wait for one before it tells the next.
private struct Together: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for service in services { group.addTask { try await service.run() } }
        }
    }
}

/// Ends open waits when shutdown begins: they would hold it up for half a minute.
private struct WaitEnder: Service {
    let signals: SignalHub

    func run() async throws {
        // Ends with graceful shutdown, or with the task.
        try? await gracefulShutdown()
        signals.endWaiting()
    }
}

/// Goes on as long as the process lives.
private struct Background: Service {
    let work: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { await work() }
    }
}

/// Sends mails and writes down who was seen, until the requests that make such work are over.
private struct AccountService: Service {
    let seen: LastSeen
    let post: Post
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await seen.run(logger: logger) }
                group.addTask { await post.run() }
            }
        }
        await seen.flush(logger)
        await post.finish()
    }
}

/// Passes signals between the processes as long as the process lives.
private struct SignalService: Service {
    let signals: PostgresSignals

    func run() async throws {
        await cancelWhenGracefulShutdown { await signals.run() }
    }
}
