import LoupeCore
import LoupeStore

extension ResultReader {
    /// The rows of `result_chunks` that hold any of these rows, in order, without their bytes.
    func records(of rows: Range<Int>) async throws -> [ChunkRecord] {
        if let onlyChunk { return onlyChunk.rows.overlaps(rows) ? [onlyChunk] : [] }
        guard chunkCount > 0, !rows.isEmpty else { return [] }
        let records = try await store.database.read { transaction in
            try transaction.all(
                """
                SELECT \(trusted: ChunkRecord.columns) FROM result_chunks
                WHERE org_id = \(organization) AND result_id = \(id)
                    AND first_row < \(rows.upperBound) AND first_row + row_count > \(rows.lowerBound)
                ORDER BY n
                """,
                as: ChunkRecord.init(row:)
            )
        }
        try requireWhole(records, rows)
        return records
    }

    /// A chunk's lines: those kept, or read and decompressed anew. Throws where they are damaged.
    func chunk(_ record: ChunkRecord) async throws -> DecodedChunk {
        let key = ChunkCache.Key(result: id, number: record.number)
        if let kept = store.chunks.chunk(key) { return kept }
        let chunk = try await onWorker(record) { $0 }
        store.chunks.keep(chunk, as: key)
        return chunk
    }

    /// Decompresses a chunk where that may block and turns it into something there; a small one at once, here. Goes past
    /// the cache: a whole export must not push out what pages are cut from.
    func onWorker<Value: Sendable>(
        _ record: ChunkRecord,
        _ body: @escaping @Sendable (DecodedChunk) throws -> Value
    ) async throws -> Value {
        if record.isOutside { return try await startOutside(record, body).value }
        let data = try await data(of: record)
        let id = id
        if record.rawBytes <= ChunkCodec.inlineBytes {
            return try body(DecodedChunk(data, record, of: id))
        }
        return try await store.workers.run { try body(DecodedChunk(data, record, of: id)) }
    }

    /// The same for a chunk outside the store, which needs no transaction and so can go on beside the caller.
    func startOutside<Value: Sendable>(
        _ record: ChunkRecord,
        _ body: @escaping @Sendable (DecodedChunk) throws -> Value
    ) -> StartedWork<Value> {
        let (id, storage) = (id, store.storage)
        return store.workers.start {
            try body(DecodedChunk(storage.read(chunk: record.number, of: id), record, of: id))
        }
    }

    private func data(of record: ChunkRecord) async throws -> [UInt8]? {
        if let data = record.data { return data }
        return try await store.database.read { transaction in
            try transaction.first(
                """
                SELECT data FROM result_chunks
                WHERE org_id = \(organization) AND result_id = \(id) AND n = \(record.number)
                """
            ) { try $0.optionalBytes() } ?? nil
        }
    }

    /// A row that is in no chunk is damage, not an answer with fewer rows.
    private func requireWhole(_ records: [ChunkRecord], _ rows: Range<Int>) throws {
        let wanted = rows.clamped(to: 0..<rowCount)
        guard !wanted.isEmpty else { return }
        var next = wanted.lowerBound
        for record in records {
            guard record.rows.contains(next) else { throw LoupeError.damaged(.rows, chunk: record.number, of: id) }
            next = record.rows.upperBound
        }
        guard next >= wanted.upperBound else { throw LoupeError.damaged(.missing, chunk: records.count, of: id) }
    }
}

extension DecodedChunk {
    fileprivate init(_ stored: [UInt8]?, _ record: ChunkRecord, of result: StoredResult.ID) throws {
        do {
            guard let stored else { throw ChunkDamage.missing }
            self = try ChunkCodec.decode(stored, as: record)
        } catch let damage as ChunkDamage {
            throw LoupeError.damaged(damage, chunk: record.number, of: result)
        }
    }
}
