package import LoupeCore

/// A finished result's size.
package struct ResultSummary: Hashable, Sendable {
    package let id: StoredResult.ID
    package var rowCount = 0
    /// Rows as JSON, before compression.
    package var byteCount = 0
    /// Compressed, wherever they lie.
    package var storedBytes = 0
    package var chunkCount = 0

    init(id: StoredResult.ID) {
        self.id = id
    }
}
