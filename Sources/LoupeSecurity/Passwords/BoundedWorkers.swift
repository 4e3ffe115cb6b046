import Dispatch
import LoupeCore
import Synchronization

/// Runs blocking work off the cooperative pool, so many at a time, and lets only so many wait, in order.
final class BoundedWorkers: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct State {
        var running = 0
        var waiting: [Job] = []
    }

    private let queue: DispatchQueue
    private let concurrency: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())

    init(label: String, concurrency: Int, maximumWaiting: Int) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
        self.concurrency = concurrency
        self.maximumWaiting = maximumWaiting
    }

    /// Throws `unavailable`, to be tried again in a second, when too many wait; else what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let accepted = submit { continuation.resume(with: Result { try work() }) }
            if !accepted {
                let message = "the server is busy with other sign-ins; try again in a moment"
                continuation.resume(throwing: LoupeError(.unavailable, message, retryAfter: .seconds(1)))
            }
        }
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func submit(_ job: @escaping Job) -> Bool {
        let startsNow: Bool? = state.withLock { state in
            if state.running < concurrency {
                state.running += 1
                return true
            }
            guard state.waiting.count < maximumWaiting else { return nil }
            state.waiting.append(job)
            return false
        }
        if startsNow == true { queue.async { self.work(from: job) } }
        return startsNow != nil
    }

    /// Does one job after another until none waits; then this worker's place is free.
    private func work(from job: Job) {
        job()
        var next = nextJob()
        while let job = next {
            job()
            next = nextJob()
        }
    }

    private func nextJob() -> Job? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
