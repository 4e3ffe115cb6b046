/// Wakes one waiting loop; rung twice before the loop looks, it wakes it once.
package struct Bell: Sendable {
    package let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func ring() {
        continuation.yield()
    }

    /// Ends the rings: the loop that waits for them ends.
    package func silence() {
        continuation.finish()
    }
}
