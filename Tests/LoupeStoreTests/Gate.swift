import Dispatch
import Synchronization

/// Holds a transaction's body, which is synchronous, until the test lets it go on.
final class Gate: Sendable {
    private let reached = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)
    private let isOpen = Atomic(false)

    /// Called in the body: says that it is here and waits. A body that runs again does not wait twice.
    func passBlocking() {
        guard !isOpen.load(ordering: .acquiring) else { return }
        reached.signal()
        opened.wait()
        isOpen.store(true, ordering: .releasing)
    }

    /// Returns once the body is here.
    func waitUntilReached() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.reached.wait()
                continuation.resume()
            }
        }
    }

    func open() {
        opened.signal()
    }
}

/// Lets bodies go on when all have come, once.
final class Rendezvous: Sendable {
    private let missing: Mutex<Int>
    private let complete = DispatchSemaphore(value: 0)
    private let parties: Int

    init(parties: Int) {
        self.parties = parties
        missing = Mutex(parties)
    }

    func arriveBlocking() {
        let left = missing.withLock { count in
            count -= 1
            return count
        }
        if left == 0 {
            for _ in 1..<max(2, parties) { complete.signal() }
        } else if left > 0 {
            complete.wait()
        }
    }
}
