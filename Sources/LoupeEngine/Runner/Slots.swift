import LoupeCore
import Synchronization

/// How many more tasks may start, and a signal each time one ends.
final class Slots: Sendable {
    private struct State {
        var taken = 0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let bell: Bell
    private let state = Mutex(State())

    init(_ limit: Int, bell: Bell) {
        self.limit = limit
        self.bell = bell
    }

    var free: Int { state.withLock { limit - $0.taken } }

    func take() {
        state.withLock { $0.taken += 1 }
    }

    func release() {
        let waiters = state.withLock { state in
            state.taken -= 1
            guard state.taken == 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
        bell.ring()
    }

    /// Returns once nothing is taken. Not cancellable: whoever waits sees to it that the tasks end.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard state.taken > 0 else { return true }
                state.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }
}
