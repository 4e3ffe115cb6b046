import Foundation
import LoupeCore
import Synchronization

/// The runs that this runner executes now, by their leases, and why one of them is being stopped.
final class RunningTasks: Sendable {
    /// Why a statement is cancelled: it decides what becomes of the run.
    enum StopReason: Hashable, Sendable {
        /// A person asked: the run ends `cancelled`.
        case requested
        /// The runner shuts down: the run goes back to the queue, the attempt uncounted.
        case shutdown
        /// The runner's beat failed for too long: others may hold its runs by now.
        case leaseDoubtful
    }

    private struct Entry {
        let run: Run.ID
        let cancel: @Sendable () -> Void
        var reason: StopReason?
    }

    private let entries = Mutex<[UUID: Entry]>([:])

    var leases: Set<UUID> { entries.withLock { Set($0.keys) } }

    func add(_ lease: UUID, of run: Run.ID, cancel: @escaping @Sendable () -> Void) {
        entries.withLock { $0[lease] = Entry(run: run, cancel: cancel) }
    }

    func remove(_ lease: UUID) {
        entries.withLock { $0[lease] = nil }
    }

    func reason(of lease: UUID) -> StopReason? {
        entries.withLock { $0[lease]?.reason }
    }

    /// Cancels a run's task; the first reason counts.
    func stop(_ run: Run.ID, because reason: StopReason) {
        stop(because: reason) { $0.run == run }
    }

    func stopAll(because reason: StopReason) {
        stop(because: reason) { _ in true }
    }

    private func stop(because reason: StopReason, where matches: (Entry) -> Bool) {
        let cancels = entries.withLock { entries in
            var cancels: [@Sendable () -> Void] = []
            for (lease, entry) in entries where entry.reason == nil && matches(entry) {
                entries[lease]?.reason = reason
                cancels.append(entry.cancel)
            }
            return cancels
        }
        for cancel in cancels { cancel() }
    }
}
