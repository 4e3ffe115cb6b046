import Dispatch
import Synchronization

/// Threads for what blocks or computes for milliseconds: compression, files, sorting. Swift's cooperative pool has a
/// thread a core, so a chunk compressed there holds up every request; here it holds up only the next chunk.
package final class BlockingWorkers: Sendable {
    private let queues: [DispatchQueue]
    private let turn = Atomic<Int>(0)

    /// At most `width` pieces of work go on at once.
    package init(width: Int = 4) {
        precondition(width > 0, "there must be a worker")
        queues = (0..<width).map { DispatchQueue(label: "loupe.results.\($0)") }
    }

    /// Begins `body` on a worker and returns at once; the caller asks for its value later.
    func start<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) -> StartedWork<Value> {
        let work = StartedWork<Value>()
        let index = turn.wrappingAdd(1, ordering: .relaxed).newValue
        queues[Int(UInt(bitPattern: index) % UInt(queues.count))].async {
            work.finish(Result(catching: body))
        }
        return work
    }

    /// Runs `body` on a worker and waits for it.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await start(body).value
    }
}
