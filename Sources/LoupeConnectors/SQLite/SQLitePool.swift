import Synchronization

/// The connections of one file: as many as may run at once, opened when first needed.
final class SQLitePool: Sendable {
    private struct State {
        var idle: [SQLiteConnection] = []
        var count = 0
        var isClosed = false
        var running: [ObjectIdentifier: RunControl] = [:]
        var waiting: [(number: Int, continuation: CheckedContinuation<SQLiteConnection?, Never>)] = []
        var nextNumber = 0
        /// Given up before they had taken their place in the queue.
        var gone: Set<Int> = []
    }

    private let configuration: SQLiteConnector.Configuration
    private let state = Mutex(State())

    init(_ configuration: SQLiteConnector.Configuration) {
        self.configuration = configuration
    }

    /// Waits its turn where all are busy. Nil once the pool is closed or the task cancelled.
    func acquire() async -> SQLiteConnection? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isDecided, connection) = take(number, continuation)
                if isDecided { continuation.resume(returning: connection) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    /// A connection at once, or none for good, or a place in the queue (not decided).
    private func take(
        _ number: Int,
        _ continuation: CheckedContinuation<SQLiteConnection?, Never>
    ) -> (isDecided: Bool, connection: SQLiteConnection?) {
        state.withLock { state in
            if state.gone.remove(number) != nil || state.isClosed { return (true, nil) }
            if let connection = state.idle.popLast() { return (true, connection) }
            if state.count < configuration.maxConcurrency {
                state.count += 1
                return (true, SQLiteConnection(configuration))
            }
            state.waiting.append((number, continuation))
            return (false, nil)
        }
    }

    private func giveUp(_ number: Int) {
        let continuation = state.withLock { state in
            if let index = state.waiting.firstIndex(where: { $0.number == number }) {
                return Optional(state.waiting.remove(at: index).continuation)
            }
            state.gone.insert(number)
            return nil
        }
        continuation?.resume(returning: nil)
    }

    func release(_ connection: SQLiteConnection) {
        let next = state.withLock { state in
            if !state.waiting.isEmpty { return Optional(state.waiting.removeFirst().continuation) }
            if state.isClosed { state.count -= 1 } else { state.idle.append(connection) }
            return nil
        }
        next?.resume(returning: connection)
    }

    /// So that `close` can end the run; false once the pool is closed.
    func register(_ control: RunControl) {
        let isClosed = state.withLock { state in
            state.running[ObjectIdentifier(control)] = control
            return state.isClosed
        }
        if isClosed { control.stop(.closed) }
    }

    func unregister(_ control: RunControl) {
        state.withLock { $0.running[ObjectIdentifier(control)] = nil }
    }

    /// Ends what runs and waits; connections in use close when they come back.
    func close() async {
        let (idle, running, waiting) = state.withLock { state in
            defer {
                state.isClosed = true
                state.idle = []
                state.waiting = []
            }
            return (state.idle, Array(state.running.values), state.waiting.map(\.continuation))
        }
        for control in running { control.stop(.closed) }
        for continuation in waiting { continuation.resume(returning: nil) }
        for connection in idle { await connection.close() }
    }
}
