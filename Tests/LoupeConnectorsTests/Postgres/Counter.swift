import Synchronization

/// A sum that a `@Sendable` closure may add to.
final class Counter: Sendable {
    private let sum = Mutex(0)

    var value: Int { sum.withLock { $0 } }

    func add(_ number: Int) {
        sum.withLock { $0 += number }
    }
}
