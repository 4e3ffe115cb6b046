/// Rows on their way. A class, as it changes a dozen times a row.
final class StreamState {
    let limits: PostgresStreamLimits
    /// Made once a row did not come in one piece.
    var watch: FloodWatch?
    /// The row that was handed out last, to be freed.
    var current: OpaquePointer?
    /// Bytes read since the last whole row.
    var pendingBytes = 0
    /// The first row, read to learn the columns and not handed out yet.
    var isFirstHeld = false
    var isEnded = false

    init(limits: PostgresStreamLimits) {
        self.limits = limits
    }
}
