/// Rows compressed, ready to be stored.
struct EncodedChunk: Sendable {
    /// One zstd frame with its own checksum of the content.
    let bytes: [UInt8]
    let rawBytes: Int
    let rowCount: Int
    /// XXH64 of `bytes`.
    let checksum: [UInt8]
}
