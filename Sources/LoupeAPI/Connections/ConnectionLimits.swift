package import NIOCore

/// How long a client may take and how much it may send, whatever it asks for.
package struct ConnectionLimits: Sendable {
    /// Without a request under way: between requests, before the first, and for the whole of a head.
    package var idle: TimeAmount = .seconds(60)
    /// A body may take this long, and a second more for each `bytesPerSecond`.
    package var bodyGrace: TimeAmount = .seconds(20)
    package var bytesPerSecond = 1024
    /// For a client that takes nothing of an answer.
    package var stalledAnswer: TimeAmount = .seconds(60)
    /// Past the largest body that any route takes, nothing is read to its end.
    package var bodyBytes = EndpointOptions.importBody + (64 << 10)

    package init() {}
}
