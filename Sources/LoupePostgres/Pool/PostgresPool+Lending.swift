import Dispatch
import Logging
import LoupeCore
import Synchronization

/// Who gets which connection, and what becomes of it after.
extension PostgresPool {
    func acquire(within limit: Duration? = nil) async throws -> PoolState.Member {
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

    func release(_ member: PoolState.Member) async {
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
