import LoupeCore
import Synchronization

/// The runs that this runner executes now, and why one of them is being stopped.
final class RunningTasks: Sendable {
    /// Why a statement is cancelled: it decides what becomes of the run.
    enum StopReason: Hashable, Sendable {
        /// A person asked: the run ends `cancelled`.
        case requested
        /// The runner shuts down: the run goes back to the queue, the attempt uncounted.
        case shutdown
        /// The runner's beat failed for too long: somebody else may own the run by now, so nothing is written.
        case leaseDoubtful
    }

    private struct Entry {
        var cancel: @Sendable () -> Void
        var reason: StopReason?
    }

    private let entries = Mutex<[Run.ID: Entry]>([:])

    var count: Int { entries.withLock { $0.count } }
    var ids: [Run.ID] { entries.withLock { Array($0.keys) } }

    func add(_ id: Run.ID, cancel: @escaping @Sendable () -> Void) {
        entries.withLock { $0[id] = Entry(cancel: cancel) }
    }

    /// Forgets a run and says why it was stopped, if it was.
    @discardableResult
    func remove(_ id: Run.ID) -> StopReason? {
        entries.withLock { $0.removeValue(forKey: id)?.reason }
    }

    func reason(of id: Run.ID) -> StopReason? {
        entries.withLock { $0[id]?.reason }
    }

    /// Cancels a run's task; the first reason counts.
    func stop(_ id: Run.ID, because reason: StopReason) {
        let cancel = entries.withLock { entries in
            guard entries[id]?.reason == nil else { return nil as (@Sendable () -> Void)? }
            entries[id]?.reason = reason
            return entries[id]?.cancel
        }
        cancel?()
    }

    func stopAll(because reason: StopReason) {
        for id in ids { stop(id, because: reason) }
    }
}
