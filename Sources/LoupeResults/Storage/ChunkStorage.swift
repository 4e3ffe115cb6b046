package import LoupeCore

/// Where chunks lie once a result outgrows its 256 KiB in the store.
///
/// The calls block: they are made on a worker's thread, never on the cooperative pool. Throws `LoupeError`
/// `unavailable` where the place cannot be written or read.
package protocol ChunkStorage: Sendable {
    var kind: ResultStorage.Kind { get }

    /// Keeps a chunk; durable when it returns. Writing a chunk again replaces it. Returns what the chunk's row in the
    /// store holds: the bytes themselves, or nothing where they lie elsewhere.
    func write(_ bytes: [UInt8], chunk number: Int, of result: StoredResult.ID) throws -> [UInt8]?

    /// The bytes of a chunk whose row holds none; nil where they are gone.
    func read(chunk number: Int, of result: StoredResult.ID) throws -> [UInt8]?

    /// Removes every chunk of a result. Removing what is not there does nothing.
    func removeAll(of result: StoredResult.ID) throws
}
