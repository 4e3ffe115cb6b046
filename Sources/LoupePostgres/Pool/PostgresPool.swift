import Dispatch
package import Logging
import LoupeCore
import Synchronization

/// Connections to one database, lent one caller at a time, first come, first served.
///
/// A connection that broke is replaced by the next who needs one. Where none becomes free in time, or the pool is
/// closed, callers get `LoupeError` `unavailable`; where none can be made, `PostgresConnectError`.
package final class PostgresPool: Sendable {
    private let makeConnection: @Sendable (Duration) async throws -> PostgresConnection
    private let configuration: PostgresPoolConfiguration
    private let logger: Logger
    private let state: Mutex<PoolState>
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

    private static let closed = LoupeError(.unavailable, "the database connections are closed")

    private func sweep() {
        let now = ContinuousClock.now
        for member in state.withLock({ $0.takeExpired(at: now) }) { member.connection.closeSoon() }
    }
}

extension PostgresPool {
    private func acquire(within limit: Duration? = nil) async throws -> PoolState.Member {
        let deadline = ContinuousClock.now + (limit ?? configuration.acquireTimeout)
        while true {
            switch try await grant(until: deadline) {
            case .member(let member):
                if await isAlive(member) { return member }
                member.connection.closeSoon()
                serve(state.withLock { $0.giveUpPlace() }, .place)
            case .place: return try await open(until: deadline)
            }
        }
    }

    private func grant(until deadline: ContinuousClock.Instant) async throws -> PoolState.Grant {
        try Task.checkCancellation()
        let (grant, id) = try state.withLock { state in
            guard !state.isClosed else { throw Self.closed }
            return (state.acquire(), state.newWaiterID())
        }
        if let grant { return grant }
        let limit = DispatchWorkItem { [weak self] in self?.expire(id) }
        defer { limit.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                enqueue(PoolState.Waiter(id: id, answer: answer), until: deadline, limit)
            }
        } onCancel: {
            let waiter = state.withLock { $0.removeWaiter(id, timedOut: false) }
            waiter?.answer.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ waiter: PoolState.Waiter, until deadline: ContinuousClock.Instant, _ limit: DispatchWorkItem)
    {
        enum Step {
            case wait
            case grant(PoolState.Grant)
            case fail(any Error)
        }
        let isCancelled = Task.isCancelled
        // What came free between the first look and now must not be missed.
        let step: Step = state.withLock { state in
            if state.isClosed { return .fail(Self.closed) }
            if isCancelled { return .fail(CancellationError()) }
            if let grant = state.acquire() { return .grant(grant) }
            state.wait(waiter)
            return .wait
        }
        switch step {
        case .wait:
            let left = max(.zero, ContinuousClock.now.duration(to: deadline)).wholeMilliseconds
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(left)), execute: limit)
        case .grant(let grant): waiter.answer.resume(returning: grant)
        case .fail(let error): waiter.answer.resume(throwing: error)
        }
    }

    private func expire(_ id: Int) {
        let waiter = state.withLock { $0.removeWaiter(id, timedOut: true) }
        waiter?.answer.resume(
            throwing: LoupeError(.unavailable, "every database connection is in use", retryAfter: .seconds(1))
        )
    }

    private func serve(_ waiter: PoolState.Waiter?, _ grant: PoolState.Grant) {
        waiter?.answer.resume(returning: grant)
    }

    private func open(until deadline: ContinuousClock.Instant) async throws -> PoolState.Member {
        do {
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
            let connection = try await makeConnection(left)
            state.withLock { $0.countOpened() }
            let now = ContinuousClock.now
            return PoolState.Member(connection: connection, opened: now, released: now)
        } catch {
            serve(state.withLock { $0.giveUpPlace() }, .place)
            throw error
        }
    }

    private func isAlive(_ member: PoolState.Member) async -> Bool {
        let now = ContinuousClock.now
        guard !member.connection.isBroken, now - member.opened < configuration.lifetime else { return false }
        guard now - member.released >= configuration.testAfter || member.connection.hasInput else { return true }
        do {
            try await member.connection.ping(within: min(.seconds(2), configuration.acquireTimeout))
            return true
        } catch {
            logger.info("a database connection was lost and is replaced")
            return false
        }
    }

    private func release(_ member: PoolState.Member) async {
        let connection = member.connection
        if !connection.isBroken, connection.isInTransaction { await connection.rollBackOrClose() }
        guard !connection.isBroken else {
            connection.closeSoon()
            return serve(state.withLock { $0.giveUpPlace() }, .place)
        }
        let now = ContinuousClock.now
        let (waiter, closing) = state.withLock { $0.release(member, at: now) }
        if closing { connection.closeSoon() }
        serve(waiter, closing ? .place : .member(member))
    }
}
