/// What a pool decides under its lock: a pure state machine, whose answers say what is to be done outside.
struct PoolState {
    struct Member {
        let connection: PostgresConnection
        let opened: ContinuousClock.Instant
        var released: ContinuousClock.Instant
    }

    enum Grant {
        case member(Member)
        /// The caller may open a connection; its place is taken already.
        case place
    }

    struct Waiter {
        let id: Int
        let answer: CheckedContinuation<Grant, any Error>
    }

    private let configuration: PostgresPoolConfiguration
    private var idle: [Member] = []
    private var waiters: [Waiter] = []
    /// Connections, idle or leased or being opened.
    private var total = 0
    private var lastWaiter = 0
    private(set) var isClosed = false
    private var opened = 0
    private var timeouts = 0

    init(_ configuration: PostgresPoolConfiguration) {
        self.configuration = configuration
    }

    var statistics: PostgresPoolStatistics {
        PostgresPoolStatistics(
            idle: idle.count,
            leased: total - idle.count,
            waiting: waiters.count,
            opened: opened,
            timeouts: timeouts
        )
    }

    /// The one used last, so that the others may grow old; nil where the caller must wait.
    mutating func acquire() -> Grant? {
        if let member = idle.popLast() { return .member(member) }
        guard total < configuration.maximum else { return nil }
        total += 1
        return .place
    }

    mutating func newWaiterID() -> Int {
        lastWaiter += 1
        return lastWaiter
    }

    mutating func wait(_ waiter: Waiter) {
        waiters.append(waiter)
    }

    /// Takes a waiter back out; nil where it was served already.
    mutating func removeWaiter(_ id: Int, timedOut: Bool) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        if timedOut { timeouts += 1 }
        return waiters.remove(at: index)
    }

    mutating func countOpened() {
        opened += 1
    }

    /// A connection comes back in good health. Returns the waiter who gets it, or the connection to be closed.
    mutating func release(_ member: Member, at now: ContinuousClock.Instant) -> (Waiter?, closing: Bool) {
        guard !isClosed, now - member.opened < configuration.lifetime else {
            return (giveUpPlace(), true)
        }
        if !waiters.isEmpty { return (waiters.removeFirst(), false) }
        var member = member
        member.released = now
        idle.append(member)
        return (nil, false)
    }

    /// A connection is gone. Returns the waiter who gets its place.
    mutating func giveUpPlace() -> Waiter? {
        guard !isClosed, !waiters.isEmpty else {
            total -= 1
            return nil
        }
        return waiters.removeFirst()
    }

    /// Takes out those that have been idle or alive for too long.
    mutating func takeExpired(at now: ContinuousClock.Instant) -> [Member] {
        var expired: [Member] = []
        // The oldest stand first.
        for member in idle {
            let isOld = now - member.opened >= configuration.lifetime
            let isIdle = now - member.released >= configuration.idleTimeout && total > configuration.minimum
            guard isOld || isIdle else { continue }
            expired.append(member)
            total -= 1
        }
        idle.removeAll { member in expired.contains { $0.connection === member.connection } }
        return expired
    }

    /// Nobody gets a connection after. Returns who must be told and what must be closed.
    mutating func close() -> (waiters: [Waiter], members: [Member]) {
        isClosed = true
        defer {
            total -= idle.count
            waiters = []
            idle = []
        }
        return (waiters, idle)
    }
}
