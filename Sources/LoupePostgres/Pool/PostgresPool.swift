import Dispatch
package import Logging
import LoupeCore
import Synchronization

/// Connections to one database, lent one caller at a time, first come, first served.
///
/// A connection that broke is replaced by the next who needs one. Where none becomes free in time, or the pool is
/// closed, callers get `LoupeError` `unavailable`; where none can be made, `PostgresConnectError`.
package final class PostgresPool: Sendable {
    let makeConnection: @Sendable (Duration) async throws -> PostgresConnection
    let configuration: PostgresPoolConfiguration
    let logger: Logger
    let state: Mutex<PoolState>
    private let sweeper = Ticker()

    package convenience init(
        options: PostgresOptions,
        configuration: PostgresPoolConfiguration = PostgresPoolConfiguration(),
        logger: Logger
    ) {
        self.init(configuration: configuration, logger: logger) { limit in
            var options = options
            options.connectTimeout = min(options.connectTimeout, limit)
            return try await PostgresConnection.connect(options, logger: logger)
        }
    }

    /// With connections made by `connect`, which is told how long it may take.
    package init(
        configuration: PostgresPoolConfiguration,
        logger: Logger,
        connect: @escaping @Sendable (Duration) async throws -> PostgresConnection
    ) {
        makeConnection = connect
        self.configuration = configuration
        self.logger = logger
        state = Mutex(PoolState(configuration))
        let shortest = min(configuration.idleTimeout, configuration.lifetime)
        sweeper.start(every: max(.milliseconds(10), min(shortest / 2, .seconds(30)))) { [weak self] in self?.sweep() }
    }

    deinit {
        sweeper.stop()
    }

    package var statistics: PostgresPoolStatistics { state.withLock { $0.statistics } }

    /// Lends a connection to `body`, which must not keep it. A transaction that `body` leaves open is rolled back.
    ///
    /// `limit` takes the place of the configured acquire timeout.
    package func withConnection<Value: Sendable>(
        within limit: Duration? = nil,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let member = try await acquire(within: limit)
        do {
            let value = try await body(member.connection)
            await release(member)
            return value
        } catch {
            await release(member)
            throw error
        }
    }

    /// A transaction in one hop, run again up to `attempts` times in all after a deadlock or serialization failure.
    package func transaction<Value: Sendable>(
        isolation: PostgresSession.Isolation = .readCommitted,
        readOnly: Bool = false,
        attempts: Int = 3,
        _ body: @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            var left = attempts
            while true {
                left -= 1
                do {
                    return try await connection.run { session in
                        try session.transaction(isolation: isolation, readOnly: readOnly, body)
                    }
                } catch let error as PostgresError where error.isRetryable && left > 0 {
                    logger.debug("a transaction is run again", metadata: ["error.code": "\(error.sqlState)"])
                }
            }
        }
    }

    /// Opens the minimum now, so that the first callers need not wait and a wrong address shows at the start.
    package func warm() async throws {
        var members: [PoolState.Member] = []
        do {
            for _ in 0..<max(1, configuration.minimum) { members.append(try await acquire()) }
        } catch {
            for member in members { await release(member) }
            throw error
        }
        for member in members { await release(member) }
    }

    /// Waits for nobody: lent connections are closed as they come back.
    package func close() async {
        sweeper.stop()
        let (waiters, members) = state.withLock { $0.close() }
        for waiter in waiters { waiter.answer.resume(throwing: Self.closed) }
        for member in members { await member.connection.close() }
    }

    static let closed = LoupeError(.unavailable, "the database connections are closed")

    private func sweep() {
        let now = ContinuousClock.now
        for member in state.withLock({ $0.takeExpired(at: now) }) { member.connection.closeSoon() }
    }
}
