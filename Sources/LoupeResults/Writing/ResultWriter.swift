package import LoupeCore
import LoupeStore

/// Takes a result's rows as they stream in and stores them chunk by chunk.
///
/// While one chunk is compressed and written on a worker's thread, the next fills; `append` waits when both are full,
/// so the memory is that of two chunks. Chunks go into their rows in the store up to 256 KiB compressed; the first
/// that would go over it and all that follow lie where `RESULT_STORAGE` says.
package struct ResultWriter: Sendable {
    /// A good size of block to ask a datasource for: a chunk is a few of them.
    package static let blockBytes = 256 << 10

    private let header: ResultHeader
    private let database: any Database
    private let storage: any ChunkStorage
    private let workers: BlockingWorkers
    private let sizes: ChunkSizes

    private var lines: [UInt8] = []
    private var lineCount = 0
    private var inFlight: StartedWork<PlacedChunk>?
    private var placed: PendingResult

    /// A compressed chunk and what of it goes into its row.
    private struct PlacedChunk: Sendable {
        let chunk: EncodedChunk
        let data: [UInt8]?

        init(chunk: EncodedChunk, data: [UInt8]?) {
            self.chunk = chunk
            self.data = data
        }

        /// Writes the chunk; blocks.
        init(_ chunk: EncodedChunk, in storage: any ChunkStorage, number: Int, of result: StoredResult.ID) throws {
            self.chunk = chunk
            data = try storage.write(chunk.bytes, chunk: number, of: result)
        }
    }

    init(header: ResultHeader, store: ResultStore) {
        self.header = header
        database = store.database
        storage = store.storage
        workers = store.workers
        sizes = store.sizes
        placed = PendingResult(header: header, storage: storage.kind, sizes: sizes)
    }

    package var id: StoredResult.ID { header.id }

    /// Adds rows after those before. Throws `unavailable` where they cannot be stored: the result is then to be
    /// abandoned.
    package mutating func append(_ block: RowBlock) async throws {
        guard lines.count + block.bytes.count > sizes.chunkBytes else {
            lines.append(contentsOf: block.bytes)
            lineCount += block.rowCount
            return
        }
        try await appendCut(DecodedChunk(block.bytes))
    }

    /// Stores what is left. The result is whole once the answer was inserted in a transaction.
    package mutating func finish() async throws -> PendingResult {
        if lineCount > 0 {
            if placed.isStarted { try await flush() } else { try await finishSingleChunk() }
        }
        try await settle(isLast: true)
        return placed
    }

    /// Gives the result up and removes what lies outside the store; rows in the store are left to the sweeper.
    package mutating func abandon() async {
        _ = try? await inFlight?.value  // nobody wants the chunk any more, so neither its failure
        inFlight = nil
        lines = []
        lineCount = 0
        guard placed.isStarted else { return }
        let id = header.id
        let storage = storage
        try? await workers.run { try storage.removeAll(of: id) }  // the sweeper removes what this leaves
    }

    /// Fills the chunk up with as many whole rows as it has room for, and goes on with the next.
    private mutating func appendCut(_ block: DecodedChunk) async throws {
        var row = 0
        while row < block.rowCount {
            var end = block.rowsFitting(sizes.chunkBytes - lines.count, from: row)
            if end == row {
                guard lines.isEmpty else {
                    try await flush()
                    continue
                }
                end = row + 1
            }
            lines.append(contentsOf: block.lines[block.bytes(of: row..<end)])
            lineCount += end - row
            row = end
        }
    }

    /// A result of one chunk costs no transaction of its own where the chunk fits in the store.
    private mutating func finishSingleChunk() async throws {
        let (lines, rowCount) = takeLines()
        let chunk =
            lines.count <= ChunkCodec.inlineBytes
            ? try ChunkCodec.encode(lines, rowCount: rowCount)
            : try await workers.run { try ChunkCodec.encode(lines, rowCount: rowCount) }
        if placed.fitsInStore(chunk) {
            placed.add(chunk, data: chunk.bytes)
        } else {
            try await start()
            let (storage, id) = (storage, header.id)
            let work = workers.start { try PlacedChunk(chunk, in: storage, number: 0, of: id) }
            inFlight = work
        }
    }

    /// Hands the filled chunk to a worker, once the one before it is in its place.
    private mutating func flush() async throws {
        guard lineCount > 0 else { return }
        try await settle(isLast: false)
        if !placed.isStarted { try await start() }
        let (lines, rowCount) = takeLines()
        let (storage, id, before) = (storage, header.id, placed)
        inFlight = workers.start {
            let chunk = try ChunkCodec.encode(lines, rowCount: rowCount)
            guard !before.fitsInStore(chunk) else { return PlacedChunk(chunk: chunk, data: chunk.bytes) }
            return try PlacedChunk(chunk, in: storage, number: before.summary.chunkCount, of: id)
        }
    }

    private mutating func takeLines() -> ([UInt8], Int) {
        defer {
            lines = []
            lineCount = 0
        }
        return (lines, lineCount)
    }

    /// Waits for the chunk under way. One that lies in the store is written in a transaction of its own, as the store
    /// has one writer; the last goes with the outcome unless it is large.
    private mutating func settle(isLast: Bool) async throws {
        guard let work = inFlight else { return }
        inFlight = nil
        let done = try await work.value
        placed.add(done.chunk, data: done.data)
        guard let data = done.data, !isLast || data.count > sizes.inStoreBytes else { return }
        let pending = placed
        try await database.write { try pending.insertChunks(into: $0) }
        placed.chunksAreInserted()
    }

    /// The result's row comes before anything that lies outside the store, so that the sweeper always finds it.
    private mutating func start() async throws {
        let pending = placed
        try await database.write { try pending.insertStart(into: $0) }
        placed.isStarted = true
    }
}
