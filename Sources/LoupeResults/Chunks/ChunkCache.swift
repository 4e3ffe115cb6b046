import LoupeCore
import Synchronization

/// The chunks read last, decompressed, so that the next page costs no decompression. Bounded in bytes.
final class ChunkCache: Sendable {
    struct Key: Hashable, Sendable {
        let result: StoredResult.ID
        let number: Int
    }

    /// Small chunks count for more than they take, so that there are never many entries to look through.
    static let leastCost = 64 << 10

    private let entries: Mutex<RecentlyUsed<Key, DecodedChunk>>

    init(capacity bytes: Int) {
        entries = Mutex(RecentlyUsed(capacity: bytes))
    }

    func chunk(_ key: Key) -> DecodedChunk? {
        entries.withLock { $0.value(of: key) }
    }

    func keep(_ chunk: DecodedChunk, as key: Key) {
        entries.withLock { $0.insert(chunk, as: key, cost: max(chunk.cost, ChunkCache.leastCost)) }
    }
}
