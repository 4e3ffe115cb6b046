package import Hummingbird
import NIOCore

/// What is known of a connection before its request is read.
package struct ConnectionContext: InitializableFromSource, Sendable {
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }

    /// The other end's IP address; nil on a socket that has none.
    var peer: String? { channel.remoteAddress?.ipAddress }
}
