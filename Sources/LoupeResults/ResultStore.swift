package import LoupeCore
package import LoupeStore

/// Results: immutable rows with an identity of their own, written while they stream and read a page at a time.
///
/// One is made for the process and shared: it owns the threads for compression and files, and what is kept decompressed.
package struct ResultStore: Sendable {
    let database: any Database
    let storage: any ChunkStorage
    let surroundings: Surroundings
    let sizes: ChunkSizes
    let workers: BlockingWorkers
    let sortBytes: Int
    let chunks: ChunkCache
    let orders: OrderCache

    package init(
        database: any Database,
        storage: any ChunkStorage,
        surroundings: Surroundings,
        sizes: ChunkSizes = ChunkSizes(),
        memory: Memory = Memory()
    ) {
        self.database = database
        self.storage = storage
        self.surroundings = surroundings
        self.sizes = sizes
        workers = BlockingWorkers()
        sortBytes = memory.sortBytes
        chunks = ChunkCache(capacity: memory.chunkBytes)
        orders = OrderCache(capacity: memory.orderBytes)
    }

    /// How much memory pages may take and keep to answer the next one sooner.
    package struct Memory: Sendable {
        /// Of decompressed chunks.
        package var chunkBytes: Int
        /// Of sorted and searched results' row numbers, four bytes a row.
        package var orderBytes: Int
        /// Of values compared at once while a result is sorted; more rows get a narrower window each.
        package var sortBytes: Int

        package init(chunkBytes: Int = 16 << 20, orderBytes: Int = 16 << 20, sortBytes: Int = 24 << 20) {
            self.chunkBytes = chunkBytes
            self.orderBytes = orderBytes
            self.sortBytes = sortBytes
        }
    }

    /// A new result of a run's attempt. Writes nothing yet: a result of one small chunk lies in the store only with
    /// the run's outcome, in the same transaction.
    package func begin(
        organization: Organization.ID,
        run: Run.ID,
        attempt: Int,
        columns: [ResultColumn],
        expiresAt: Timestamp?
    ) -> ResultWriter {
        let header = ResultHeader(
            id: surroundings.newID(),
            organization: organization,
            run: run,
            attempt: attempt,
            columns: columns,
            createdAt: surroundings.now(),
            expiresAt: expiresAt
        )
        return ResultWriter(header: header, store: self)
    }
}
