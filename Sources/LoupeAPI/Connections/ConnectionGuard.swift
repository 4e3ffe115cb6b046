import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Closes a connection whose body trickles in or never ends, or whose client takes no answer; and gives what the HTTP
/// parser refuses an answer with the headers of every other.
///
/// A head that trickles is not seen here: until it is whole, the connection counts as idle.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let refusals: ProtocolRefusals
    private var body: IncomingBody?
    private var bodyTask: Scheduled<Void>?
    private var stallTask: Scheduled<Void>?
    private var refusal: ProtocolRefusals.Refusal?

    init(limits: ConnectionLimits, refusals: ProtocolRefusals) {
        self.limits = limits
        self.refusals = refusals
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body = IncomingBody(begun: .now())
        case .body(let bytes):
            body?.byteCount += bytes.readableBytes
            if let body, body.byteCount > limits.bodyBytes { return context.close(promise: nil) }
        case .end:
            body = nil
            bodyTask?.cancel()
            bodyTask = nil
        }
        context.fireChannelRead(data)
    }

    /// Most bodies come with their head: only the others cost a timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if body != nil, bodyTask == nil { watchBody(context) }
        context.fireChannelReadComplete()
    }

    private func watchBody(_ context: ChannelHandlerContext) {
        guard let body else { return }
        let deadline = body.deadline(limits)
        guard deadline > .now() else { return context.close(promise: nil) }
        bodyTask = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(deadline: deadline) {
            self.bodyTask = nil
            self.watchBody(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTask?.cancel()
        stallTask = nil
        if !context.channel.isWritable {
            stallTask = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: limits.stalledAnswer) {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError { refusal = refusals.refusal(of: error) }
        context.fireErrorCaught(error)
    }

    /// The server answers what the parser refused with a bare 400.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let refusal, case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            !head.headerFields.contains(.contentType)
        else { return context.write(data, promise: promise) }
        self.refusal = nil
        context.write(wrapOutboundOut(.head(refusal.head)), promise: promise)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: refusal.body))), promise: nil)
    }

    private func cancel() {
        bodyTask?.cancel()
        stallTask?.cancel()
        bodyTask = nil
        stallTask = nil
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

/// A body on its way.
struct IncomingBody {
    let begun: NIODeadline
    var byteCount = 0

    /// When a client that sends at the slowest allowed would be done with what came so far.
    func deadline(_ limits: ConnectionLimits) -> NIODeadline {
        begun + limits.bodyGrace + .milliseconds(Int64(byteCount) * 1000 / Int64(limits.bytesPerSecond))
    }
}
