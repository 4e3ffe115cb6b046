package import LoupeCore

/// `RESULT_STORAGE=store`: every chunk lies in its own row, so the store is the only thing to back up.
package struct StoreChunkStorage: ChunkStorage {
    package let kind = ResultStorage.Kind.store

    package init() {}

    package func write(_ bytes: [UInt8], chunk number: Int, of result: StoredResult.ID) -> [UInt8]? { bytes }

    package func read(chunk number: Int, of result: StoredResult.ID) -> [UInt8]? { nil }

    package func removeAll(of result: StoredResult.ID) {}
}
