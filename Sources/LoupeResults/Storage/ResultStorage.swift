import LoupeCore

/// The setting `RESULT_STORAGE`: `store` or `directory:PATH`.
package enum ResultStorage: Hashable, Sendable {
    case store
    case directory(path: String)

    /// As `results.storage` records where a result's chunks lie.
    package enum Kind: String, Sendable {
        case store
        case directory
    }

    /// Nil for anything else, an empty path too.
    package init?(_ text: String) {
        if text == "store" {
            self = .store
        } else if text.hasPrefix("directory:"), text.utf8.count > "directory:".utf8.count {
            self = .directory(path: String(text.dropFirst("directory:".count)))
        } else {
            return nil
        }
    }

    /// Opens the place and makes its directory (0700). Blocks; throws `unavailable` where it cannot be written.
    package func open() throws -> any ChunkStorage {
        switch self {
        case .store: StoreChunkStorage()
        case .directory(let path): try DirectoryChunkStorage(path: path)
        }
    }
}
