import Dispatch
import Foundation
import Synchronization

/// Threads with stacks large enough for libpg_query, which recurses once a term of `a + a + …` and takes the process
/// with it when its stack ends. At 64 MiB, 100,000 terms pass; with the system's 8 MiB it dies between 60,000 and 100,000.
final class BigStackWorker: Sendable {
    private let mailbox = Mailbox()

    init(threads count: Int, stackBytes: Int = 64 << 20) {
        for _ in 0..<count {
            let thread = Thread { [mailbox] in mailbox.work() }
            thread.stackSize = stackBytes
            thread.name = "loupe.guard"
            thread.start()
        }
        mailbox.expect(count)
    }

    deinit {
        mailbox.close()
    }

    /// Runs `body` on one of the threads, in order of asking.
    func run<Outcome: Sendable>(_ body: @escaping @Sendable () -> Outcome) async -> Outcome {
        await withCheckedContinuation { continuation in
            mailbox.post { continuation.resume(returning: body()) }
        }
    }
}

/// Jobs on their way to the threads; they hold this and not their owner, so that its end can end them.
private final class Mailbox: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var threads = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    func expect(_ threads: Int) {
        state.withLock { $0.threads = threads }
    }

    func post(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        arrivals.signal()
    }

    func close() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { arrivals.signal() }
    }

    /// A thread's life: it ends once the mailbox is closed and empty.
    func work() {
        while true {
            arrivals.wait()
            let (job, isClosed) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if let job { job() } else if isClosed { return }
        }
    }
}
