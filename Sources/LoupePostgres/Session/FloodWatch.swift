import CPQ
import Dispatch
import Foundation
import Synchronization

/// Stops a row that is larger than its limit while libpq is still reading it.
///
/// One call of `PQconsumeInput` reads for as long as bytes keep coming: of a 500 MB cell it took 240 MB in one go before
/// it returned and anybody could count. This looks at the socket from beside, each five milliseconds, and shuts it.
final class FloodWatch: Sendable {
    private let socket: Int32
    private let limit: Int
    /// A number of its own for each wait; zero between waits.
    private let turn = Atomic<Int>(0)
    private let lastTurn = Atomic<Int>(0)
    private let trippedAt = Atomic<Int>(0)
    private let seen = Mutex<(turn: Int, bytes: Int64)>((0, 0))
    private let timer = Ticker()

    init(socket: Int32, limit: Int) {
        self.socket = socket
        self.limit = limit
        timer.start(every: .milliseconds(5)) { [weak self] in self?.look() }
    }

    deinit {
        timer.stop()
    }

    /// How many bytes of the row had come when it was stopped.
    var received: Int { trippedAt.load(ordering: .acquiring) }

    /// Whether the limit was passed: the connection is shut then.
    var hasTripped: Bool { received > 0 }

    func beginWait() {
        turn.store(lastTurn.add(1, ordering: .relaxed).newValue, ordering: .releasing)
    }

    func endWait() {
        turn.store(0, ordering: .releasing)
    }

    private func look() {
        let turn = turn.load(ordering: .acquiring)
        let received = loupe_bytes_received(socket)
        guard turn != 0, received >= 0 else { return }
        let grown = seen.withLock { seen in
            if seen.turn != turn { seen = (turn, received) }
            return received - seen.bytes
        }
        guard grown > limit, turn == self.turn.load(ordering: .acquiring) else { return }
        trippedAt.store(Int(grown), ordering: .releasing)
        loupe_reset_on_close(socket)
        shutdown(socket, Int32(SHUT_RDWR))
    }
}
