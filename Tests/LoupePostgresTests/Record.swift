import Synchronization

/// What several tasks did, in the order in which they did it.
final class Record: Sendable {
    private let list = Mutex<[Int]>([])

    var numbers: [Int] { list.withLock { $0 } }

    func append(_ number: Int) {
        list.withLock { $0.append(number) }
    }
}
