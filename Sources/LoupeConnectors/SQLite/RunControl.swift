import Synchronization

/// Tells a running statement to stop, from another thread; SQLite asks it each thousand steps of its machine.
final class RunControl: Sendable {
    enum Stop: Sendable {
        case cancelled
        case deadline
        /// The statement would need more memory than all of SQLite may take.
        case memory
        /// The datasource's connections are being closed.
        case closed
    }

    /// Of all of SQLite in this process: what is sorted and kept meanwhile lies there. SQLite's own hard limit would fail
    /// Loupe's store as well; this one ends the statement that is running.
    let memoryLimit: Int64
    private let deadline: ContinuousClock.Instant
    private let state = Mutex<Stop?>(nil)

    init(deadline: ContinuousClock.Instant, memoryLimit: Int64) {
        self.memoryLimit = memoryLimit
        self.deadline = deadline
    }

    /// Why the statement has to end, the first reason that came up.
    var stop: Stop? {
        state.withLock { stop in
            if stop == nil, ContinuousClock.now >= deadline { stop = .deadline }
            return stop
        }
    }

    func stop(_ reason: Stop) {
        state.withLock { $0 = $0 ?? reason }
    }
}
