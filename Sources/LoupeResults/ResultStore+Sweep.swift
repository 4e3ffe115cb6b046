import LoupeCore
import LoupeStore

extension ResultStore {
    /// What a sweep removed.
    package struct Sweep: Hashable, Sendable {
        package var results = 0
        package var chunks = 0
        /// Compressed, in the store and outside.
        package var bytes = 0
        /// Whether more is left than one sweep takes.
        package var isMoreLeft = false
    }

    /// A result that no run names is an attempt's that failed or still runs: it stays this long.
    package static let orphanAge: Duration = .seconds(3600)
    /// Of rows in one transaction, as SQLite has one writer.
    private static let batch = 500

    /// Removes results that expired, are marked deleted, or that no run names after an hour: chunks in batches, then
    /// files, then the row, so that whatever dies in between is found again. Safe to run again and beside another.
    /// Takes at most `limit` results.
    package func sweep(limit: Int = 100) async throws -> Sweep {
        let now = surroundings.now()
        let marked = try await SweptResult.mark(now: now, limit: limit, in: database)
        var swept = Sweep(isMoreLeft: marked.count == limit)
        for result in marked {
            try await remove(result, &swept)
        }
        return swept
    }

    private func remove(_ result: SweptResult, _ swept: inout Sweep) async throws {
        var removed = ResultStore.batch
        while removed == ResultStore.batch {
            removed = try await database.write { try result.removeChunks(ResultStore.batch, $0) }
            swept.chunks += removed
        }
        if result.isOutside {
            let storage = storage
            try await workers.run { try storage.removeAll(of: result.id) }
        }
        var released = ResultStore.batch
        while released == ResultStore.batch {
            released = try await database.write { try result.release(ResultStore.batch, $0) }
        }
        try await database.write { try result.removeRow($0) }
        swept.results += 1
        swept.bytes += result.storedBytes
    }
}
