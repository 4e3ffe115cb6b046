/// How rows are cut into chunks and how many of them the store takes.
package struct ChunkSizes: Hashable, Sendable {
    /// Of a chunk's lines, before compression; a single row larger than this is a chunk alone.
    package var chunkBytes: Int
    /// Of a result's compressed chunks in the store, before the storage takes over.
    package var inStoreBytes: Int

    package init(chunkBytes: Int = 1 << 20, inStoreBytes: Int = 256 << 10) {
        self.chunkBytes = chunkBytes
        self.inStoreBytes = inStoreBytes
    }
}
