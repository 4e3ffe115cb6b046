import HTTPTypes
import LoupeCore
import NIOHTTP1

/// The answers to what is no HTTP: 400, and 431 where the head is too large.
struct ProtocolRefusals: Sendable {
    struct Refusal {
        let head: HTTPResponse
        let body: [UInt8]
    }

    let headers: ResponseHeaders
    let surroundings: Surroundings

    func refusal(of error: HTTPParserError) -> Refusal {
        let isTooLarge = error == .headerOverflow
        let problem = LoupeError(
            .badRequest,
            isTooLarge ? "the head of the request is too large" : "the request is not well-formed HTTP"
        )
        let id = surroundings.newID(ErrorBody.self).description
        let bytes = ErrorBody(error: problem, id: id).bytes
        var fields = headers.fields(
            Answer(.json(bytes), caching: .never),
            id: surroundings.newID(IncomingRequest.self).description,
            decision: nil
        )
        fields[.connection] = "close"
        fields[.contentLength] = String(bytes.count)
        let status = isTooLarge ? HTTPResponse.Status.requestHeaderFieldsTooLarge : .badRequest
        return Refusal(head: HTTPResponse(status: status, headerFields: fields), body: bytes)
    }
}
