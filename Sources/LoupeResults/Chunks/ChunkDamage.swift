import LoupeCore

/// Why a stored chunk is not what was written. Wrong numbers are never shown instead.
enum ChunkDamage: Error, Equatable {
    case missing
    /// The length found and the one expected.
    case length(Int, Int)
    case checksum
    case frame(String)
    /// The lines are not as many as the chunk's row says, or the chunks leave a gap.
    case rows
}

extension LoupeError {
    /// A stored result that cannot be trusted any more.
    static func damaged(_ damage: ChunkDamage, chunk number: Int, of result: StoredResult.ID) -> LoupeError {
        LoupeError(
            .internalError,
            "the stored result is damaged; run the query again",
            underlying: DamagedChunk(result: result, number: number, damage: damage)
        )
    }
}

/// Which chunk is damaged, for the log.
struct DamagedChunk: Error, CustomStringConvertible {
    let result: StoredResult.ID
    let number: Int
    let damage: ChunkDamage

    var description: String { "chunk \(number) of result \(result): \(damage)" }
}
