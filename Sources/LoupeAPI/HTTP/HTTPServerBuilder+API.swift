package import HummingbirdCore
package import LoupeCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 with limits on what a client may hold open. Headers are small, as the largest of ours is a token.
    package static func api(
        _ rules: APIRules = APIRules(),
        limits: ConnectionLimits = ConnectionLimits(),
        surroundings: Surroundings = .system
    ) -> HTTPServerBuilder {
        let refusals = ProtocolRefusals(headers: ResponseHeaders(rules), surroundings: surroundings)
        return .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits: limits, refusals: refusals)],
                idleTimeout: limits.idle,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: 16 << 10,
                    maxHeaderListSize: 64 << 10,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }

    package static var api: HTTPServerBuilder { .api() }
}
