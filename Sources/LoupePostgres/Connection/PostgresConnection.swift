import CPQ
import Foundation
package import Logging
import LoupeCore

/// One libpq connection. libpq blocks and a `PGconn` is not for two threads at once: the actor answers the second,
/// its executor the first.
///
/// A hop onto it costs 10–15 µs, so whole operations go into one `run`.
package actor PostgresConnection {
    nonisolated private let executor: BlockingExecutor
    nonisolated let link: PostgresLink
    /// Constant while the connection lives.
    nonisolated let socket: Int32
    private let session: PostgresSession

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(executor: BlockingExecutor, link: PostgresLink, handle: Handle, options: PostgresOptions) {
        self.executor = executor
        self.link = link
        socket = PQsocket(handle.pointer)
        session = PostgresSession(handle.pointer, link: link, statementLimit: options.preparedStatementLimit)
    }

    /// Opens a session. Throws `PostgresConnectError`, `PostgresError` for a refused setting, or `CancellationError`.
    package static func connect(_ options: PostgresOptions, logger: Logger) async throws -> PostgresConnection {
        let deadline = ContinuousClock.now + options.connectTimeout
        let executor = BlockingExecutor(label: "loupe.postgres")
        let link = try PostgresLink()
        let endpoints = try await resolved(options.endpoints, until: deadline)
        let targets: [PostgresOptions.TargetSession] =
            options.targetSession == .preferStandby ? [.standby, .any] : [options.targetSession]
        let handle = try await withTaskCancellationHandler {
            try await executor.perform {
                try open(endpoints, targets, options, link: link, deadline: deadline)
            }
        } onCancel: {
            link.abandon()
        }
        let connection = PostgresConnection(executor: executor, link: link, handle: handle, options: options)
        try await connection.apply(options.settings, until: deadline)
        logger.debug("connected to PostgreSQL", metadata: ["server.version": "\(PQserverVersion(handle.pointer))"])
        return connection
    }

    /// Runs a whole operation in one hop. The session is valid in `body` only.
    package func run<Value: Sendable>(_ body: @Sendable (PostgresSession) throws -> Value) throws -> Value {
        guard !link.isBroken else {
            session.close()
            throw PostgresError.connectionClosed
        }
        defer { session.publishState() }
        return try body(session)
    }

    /// Asks the server to end the running statement, which then fails with 57014. Returns once the server has read
    /// the request. A statement that has just ended is not harmed, but one that begins meanwhile may be.
    package nonisolated func cancel() async {
        await link.cancel()
    }

    /// As `cancel`, without waiting, and with the session told: where the server does not confirm within five seconds,
    /// the connection is closed. `settle` must follow before the connection is used for something else.
    package nonisolated func requestCancel() {
        link.requestCancel()
    }

    /// After a use that may have been cancelled: gives up rows that are still to come, rolls back, and lets no late
    /// cancel hit the next statement. The connection is closed where the server does not answer within five seconds.
    package func settle() {
        guard !link.isBroken else { return session.close() }
        defer { session.publishState() }
        session.settle()
    }

    /// Ends whatever the connection waits for, at once and without the server; it is lost after.
    package nonisolated func abandon() {
        link.abandon()
    }

    /// Whether the connection is lost or closed.
    package nonisolated var isBroken: Bool { link.isBroken }

    package func close() {
        session.close()
    }

    /// As `close`, for a caller that cannot wait.
    nonisolated func closeSoon() {
        link.isBroken = true
        executor.enqueue { self.assumeIsolated { $0.session.close() } }
    }

    private func apply(_ settings: [String: String], until deadline: ContinuousClock.Instant) throws {
        guard !settings.isEmpty else { return }
        try run { session in
            session.deadline = deadline
            defer { session.deadline = nil }
            for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
                _ = try session.execute("SELECT set_config($1, $2, false)", [.text(name), .text(value)])
            }
        }
    }

    /// A `PGconn` on its way from the executor that opened it into the actor that runs on the same executor.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private static func open(
        _ endpoints: [PostgresOptions.Endpoint],
        _ targets: [PostgresOptions.TargetSession],
        _ options: PostgresOptions,
        link: PostgresLink,
        deadline: ContinuousClock.Instant
    ) throws -> Handle {
        var failure = PostgresConnectError(.hostUnknown)
        for target in targets {
            for endpoint in endpoints {
                let attempt = ConnectAttempt(
                    options: options,
                    endpoint: endpoint,
                    target: target,
                    link: link,
                    deadline: deadline
                )
                do {
                    let connection = try attempt.open()
                    PQsetnonblocking(connection, 1)
                    link.setCancelKey(of: connection)
                    return Handle(pointer: connection)
                } catch let error as PostgresConnectError {
                    failure = error
                    // A server that refuses this role or database means it; another address is no way around.
                    if case .password = error.reason { throw error }
                }
            }
        }
        throw failure
    }

    private static func resolved(
        _ endpoints: [PostgresOptions.Endpoint],
        until deadline: ContinuousClock.Instant
    ) async throws -> [PostgresOptions.Endpoint] {
        var resolved: [PostgresOptions.Endpoint] = []
        var failure: (any Error)?
        for endpoint in endpoints {
            if endpoint.isUnixSocket || endpoint.hostAddress != nil {
                resolved.append(endpoint)
                continue
            }
            do {
                let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
                for address in try await HostResolver.addresses(of: endpoint.host, within: left) {
                    resolved.append(.init(host: endpoint.host, hostAddress: address, port: endpoint.port))
                }
            } catch {
                failure = error
            }
        }
        if resolved.isEmpty, let failure { throw failure }
        return resolved
    }
}
