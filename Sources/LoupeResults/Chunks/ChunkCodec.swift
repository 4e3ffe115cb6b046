import CZstd
import LoupeCore

/// Lines to a zstd frame and back.
enum ChunkCodec {
    /// Level 1. Of a million rows of eight columns (104 MB) it makes 13 MB in less time than level 3 takes for 19 MB;
    /// the levels below 1 save a tenth of the time for twice the size.
    private static let level: CInt = 1

    /// Above this many bytes work is for a worker's thread; below it takes less than 0.3 ms, and the hop is dearer.
    static let inlineBytes = 64 << 10

    static func encode(_ lines: [UInt8], rowCount: Int) throws -> EncodedChunk {
        guard let context = ZSTD_createCCtx() else { throw failure("out of memory") }
        defer { ZSTD_freeCCtx(context) }
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level))
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
        let bytes = try [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(lines.count)) { buffer, count in
            count = try lines.withUnsafeBytes { source in
                try check(
                    ZSTD_compress2(context, buffer.baseAddress, buffer.count, source.baseAddress, source.count)
                )
            }
        }
        return EncodedChunk(
            bytes: bytes,
            rawBytes: lines.count,
            rowCount: rowCount,
            checksum: XXHash64.checksum(of: bytes)
        )
    }

    /// Throws `ChunkDamage` where the bytes are not those that were stored.
    static func decode(_ bytes: [UInt8], as record: ChunkRecord) throws -> DecodedChunk {
        guard bytes.count == record.storedBytes else { throw ChunkDamage.length(bytes.count, record.storedBytes) }
        guard XXHash64.checksum(of: bytes) == record.checksum else { throw ChunkDamage.checksum }
        // Compared before memory is asked for: the frame says how much it wants.
        let size = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard size == UInt64(record.rawBytes) else { throw ChunkDamage.frame("content size \(size)") }
        let lines = try [UInt8](unsafeUninitializedCapacity: record.rawBytes) { buffer, count in
            count = try bytes.withUnsafeBytes { source in
                let written = ZSTD_decompress(buffer.baseAddress, buffer.count, source.baseAddress, source.count)
                guard ZSTD_isError(written) == 0 else { throw ChunkDamage.frame(name(written)) }
                return written
            }
        }
        let chunk = DecodedChunk(lines)
        guard lines.count == record.rawBytes, chunk.rowCount == record.rowCount else { throw ChunkDamage.rows }
        return chunk
    }

    @discardableResult
    private static func check(_ code: Int) throws -> Int {
        guard ZSTD_isError(code) == 0 else { throw failure(name(code)) }
        return code
    }

    private static func name(_ code: Int) -> String {
        String(cString: ZSTD_getErrorName(code))
    }

    private static func failure(_ reason: String) -> LoupeError {
        LoupeError(.internalError, "the result could not be stored", underlying: CompressionFailure(reason: reason))
    }
}

/// What zstd said when it did not compress.
struct CompressionFailure: Error, CustomStringConvertible {
    let reason: String

    var description: String { "zstd: \(reason)" }
}
