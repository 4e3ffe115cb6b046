import LoupeCore
package import LoupeStore

/// A finished result that a run does not name yet: what is left to write goes into the transaction of its outcome.
package struct PendingResult: Sendable {
    package private(set) var summary: ResultSummary
    /// Whether the result's row is in the store already.
    var isStarted = false
    private let header: ResultHeader
    private let storage: ResultStorage.Kind
    private let sizes: ChunkSizes
    /// Chunks whose rows are not in the store yet: at most one with its bytes, the others lie outside.
    private var chunks: [ChunkRecord] = []
    private var inStoreBytes = 0
    private var isOutside = false

    init(header: ResultHeader, storage: ResultStorage.Kind, sizes: ChunkSizes) {
        self.header = header
        self.storage = storage
        self.sizes = sizes
        summary = ResultSummary(id: header.id)
    }

    /// Writes the rest of the result: its row and that of its last chunk, or of all that lie outside the store. Comes
    /// before the run's row is made to name it. Safe to run again when the transaction is.
    package func insert(into transaction: any Transaction) throws {
        if isStarted {
            let changed = try transaction.execute(
                """
                UPDATE results
                SET row_count = \(summary.rowCount), byte_count = \(summary.byteCount),
                    stored_bytes = \(summary.storedBytes), chunk_count = \(summary.chunkCount),
                    storage = \(isOutside ? storage : .store), complete = \(true)
                WHERE org_id = \(header.organization) AND id = \(header.id) AND deleted_at IS NULL
                """
            )
            guard changed == 1 else { throw LoupeError(.conflict, "the result was removed while it was written") }
        } else {
            try insertRow(into: transaction, isComplete: true)
        }
        try insertChunks(into: transaction)
    }

    /// Whether the chunk stays in the store: up to 256 KiB a result, and nothing after the first that went elsewhere.
    func fitsInStore(_ chunk: EncodedChunk) -> Bool {
        !isOutside && inStoreBytes + chunk.bytes.count <= sizes.inStoreBytes
    }

    /// Puts a chunk after those before; `data` is what lies in its row.
    mutating func add(_ chunk: EncodedChunk, data: [UInt8]?) {
        let isKeptInStore = fitsInStore(chunk)
        chunks.append(ChunkRecord(chunk, number: summary.chunkCount, firstRow: summary.rowCount, data: data))
        summary.rowCount += chunk.rowCount
        summary.byteCount += chunk.rawBytes
        summary.storedBytes += chunk.bytes.count
        summary.chunkCount += 1
        if isKeptInStore { inStoreBytes += chunk.bytes.count } else { isOutside = true }
    }

    mutating func chunksAreInserted() {
        chunks = []
    }

    func insertStart(into transaction: any Transaction) throws {
        try insertRow(into: transaction, isComplete: false)
    }

    func insertChunks(into transaction: any Transaction) throws {
        for chunk in chunks {
            try transaction.execute(
                """
                INSERT INTO result_chunks
                    (org_id, result_id, n, first_row, row_count, raw_bytes, stored_bytes, checksum, data)
                VALUES (\(header.organization), \(header.id), \(chunk.number), \(chunk.firstRow), \(chunk.rowCount),
                    \(chunk.rawBytes), \(chunk.storedBytes), \(chunk.checksum), \(chunk.data))
                """
            )
        }
    }

    /// Until a result is complete its chunks may lie in either place, so the sweeper is told to look outside too.
    private func insertRow(into transaction: any Transaction, isComplete: Bool) throws {
        try transaction.execute(
            """
            INSERT INTO results
                (org_id, id, run_id, attempt, columns, row_count, byte_count, stored_bytes, chunk_count, complete,
                 storage, created_at, expires_at)
            VALUES (\(header.organization), \(header.id), \(header.run), \(header.attempt),
                \(ResultColumn.json(header.columns)), \(summary.rowCount), \(summary.byteCount),
                \(summary.storedBytes), \(summary.chunkCount), \(isComplete),
                \(isComplete ? ResultStorage.Kind.store : storage), \(header.createdAt), \(header.expiresAt))
            """
        )
    }
}
