import LoupeCore
import LoupeStore

/// Waiting for something in the store to come true.
enum Patience {
    /// Looks at once, at each signal and each second (a signal may be lost), until `look` brings something or the time
    /// is over; then nil.
    static func wait<Value: Sendable>(
        _ time: Duration,
        for signals: AsyncStream<Signal>,
        _ look: @Sendable () async throws -> Value?
    ) async throws -> Value? {
        if let value = try await look() { return value }
        let deadline = ContinuousClock.now + time
        let bell = Bell()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await _ in signals { bell.ring() }
                bell.silence()
            }
            group.addTask { for await _ in Ticks(every: min(time, .seconds(1))) { bell.ring() } }
            for await _ in bell.rings {
                if let value = try await look() { return value }
                if ContinuousClock.now >= deadline { return nil }
            }
            // The process shuts down, or nobody waits any more.
            try Task.checkCancellation()
            return nil
        }
    }
}
