import LoupeCore
import Synchronization

/// The row numbers that selections came to, so that the next page of a sorted result is not sorted again. Bounded in
/// bytes. A result never changes, so nothing here goes stale.
final class OrderCache: Sendable {
    struct Key: Hashable, Sendable {
        let result: StoredResult.ID
        let selection: RowSelection
    }

    private let entries: Mutex<RecentlyUsed<Key, [UInt32]>>

    init(capacity bytes: Int) {
        entries = Mutex(RecentlyUsed(capacity: bytes))
    }

    func rows(_ key: Key) -> [UInt32]? {
        entries.withLock { $0.value(of: key) }
    }

    func keep(_ rows: [UInt32], as key: Key) {
        entries.withLock { $0.insert(rows, as: key, cost: max(4 * rows.count, ChunkCache.leastCost)) }
    }
}
