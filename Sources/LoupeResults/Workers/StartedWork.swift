import Synchronization

/// A piece of work under way on a worker. One caller may wait for it.
final class StartedWork<Value: Sendable>: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<Value, any Error>)
        case finished(Result<Value, any Error>)
    }

    private let state = Mutex(State.running)

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Value, any Error>? = state.withLock { state in
                    switch state {
                    case .finished(let result): return result
                    case .running:
                        state = .awaited(continuation)
                        return nil
                    case .awaited: preconditionFailure("one caller waits for a piece of work")
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }

    func finish(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            defer { state = .finished(result) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(with: result)
    }
}
