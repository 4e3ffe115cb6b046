import HTTPTypes
import Hummingbird
package import HummingbirdCore
package import Logging
package import LoupeCore
import LoupeSecurity
package import LoupeServices
import NIOCore

/// Answers every request of the API: finds the route, knows the caller, reads the body, calls the handler, and turns
/// whatever happens into an answer. One responder instead of a chain of middleware, as each link costs an allocation
/// and a hop on the path that every request takes.
package struct APIResponder: HTTPResponder {
    package typealias Context = ConnectionContext

    let tree: RouteTree
    let rules: APIRules
    let headers: ResponseHeaders
    let authenticator: Authenticator
    let rates: RateRules
    let idempotency: Idempotency?
    let openings: Openings?
    let log: AccessLog
    let metrics: RequestMetrics
    let surroundings: Surroundings

    package init(
        _ endpoints: Endpoints,
        rules: APIRules,
        authenticator: Authenticator,
        rates: RateRules,
        idempotency: Idempotency?,
        openings: Openings? = nil,
        logger: Logger,
        metrics: RequestMetrics = RequestMetrics(),
        surroundings: Surroundings
    ) {
        tree = RouteTree(endpoints.all)
        self.rules = rules
        headers = ResponseHeaders(rules)
        self.authenticator = authenticator
        self.rates = rates
        self.idempotency = idempotency
        self.openings = openings
        log = AccessLog(logger: logger)
        self.metrics = metrics
        self.surroundings = surroundings
    }

    /// What is learned of a request on its way, for its answer's headers and its log line.
    struct Trace {
        var endpoint: Endpoint?
        var decision: RateLimit.Decision?
        let parent: TraceParent?
        let log: AccessLog
    }

    @Sendable package func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let start = ContinuousClock.now
        let id = RequestIDs.id(request.headers, surroundings)
        let parent = TraceParent(request.headers)
        var trace = Trace(parent: parent, log: log.traced(by: parent))
        var answer: Answer
        do {
            answer = try await self.answer(request, context, id: id, trace: &trace)
        } catch let broken as BrokenRequest {
            throw broken.cause
        } catch {
            answer = failure(error, id: id, log: trace.log)
        }
        if !rules.allowedOrigins.isEmpty { rules.addCrossOrigin(to: &answer, for: request.headers) }
        return finish(answer, request, id: id, trace: trace, start: start)
    }

    private func finish(
        _ answer: Answer,
        _ request: Request,
        id: String,
        trace: Trace,
        start: ContinuousClock.Instant
    ) -> Response {
        let answer = answer.conditional(on: request)
        let status = answer.status ?? trace.endpoint?.status ?? .ok
        var fields = headers.fields(answer, id: id, decision: trace.decision)
        if let parent = trace.parent {
            let response = parent.response(span: surroundings.random().0)
            fields.append(HTTPField(name: .traceResponse, value: response))
        }
        let isHead = request.method == .head
        let log = trace.log
        let done: @Sendable () -> Void = { [metrics] in
            let duration = ContinuousClock.now - start
            metrics.answered(trace.endpoint, status: status.code, duration: duration)
            log.answered(request.method, trace.endpoint, status: status.code, duration: duration, id: id)
        }
        switch answer.payload {
        case .stream(let stream) where !isHead:
            return Response(status: status, headers: fields, body: log.body(of: stream, id: id, done: done))
        case .stream:
            done()
            return Response(status: status, headers: fields)
        case .none:
            done()
            return Response(status: status, headers: fields)
        case .json(let bytes):
            done()
            let response = Response(
                status: status,
                headers: fields,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
            return isHead ? response.createHeadResponse() : response
        }
    }

    func failure(_ error: any Error, id: String, log: AccessLog) -> Answer {
        let known: LoupeError
        switch error {
        case let error as LoupeError: known = error
        case let failure as QueryFailure: known = LoupeError(failure)
        case is CancellationError: known = LoupeError(.unavailable, "the server is shutting down; try again")
        default: known = LoupeError(.internalError, ErrorBody.internalMessage, underlying: error)
        }
        let errorID = surroundings.newID(ErrorBody.self).description
        log.failed(error, code: known.code, errorID: errorID, id: id)
        var answer = Answer(
            status: known.code.status,
            .json(ErrorBody(error: known, id: errorID).bytes),
            caching: .never
        )
        if let wait = known.retryAfter {
            answer.headers[.retryAfter] = String(max(1, wait.components.seconds))
        }
        if known.code == .unauthorized { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }
}
