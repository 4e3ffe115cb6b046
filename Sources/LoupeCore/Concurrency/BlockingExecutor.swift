import Foundation

/// Where blocking C calls run: a serial queue with a thread of its own while it is busy, never the cooperative pool.
///
/// `@unchecked Sendable`: a `DispatchQueue` may be used from every thread; there is nothing else.
package final class BlockingExecutor: SerialExecutor, @unchecked Sendable {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Runs a blocking call here, for code that is not an actor's.
    package func perform<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result(catching: body)) }
        }
    }

    /// Waits until all that was enqueued before is done. Blocks.
    package func drain() {
        queue.sync {}
    }

    package func enqueue(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }
}
