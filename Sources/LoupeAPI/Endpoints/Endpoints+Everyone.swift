package import HTTPTypes
import LoupeCore

/// Routes that need no credential.
extension Endpoints {
    package func get<Result: Answering>(
        _ path: String = "",
        permission: Everyone,
        summary: String,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping @Sendable (IncomingRequest) async throws -> Result
    ) {
        add([.get], path, .everyone, summary, status: .ok, content: Result.content, options: options) { request, _, _ in
            try await handler(request).answer()
        }
    }

    /// A POST without a body of its own.
    package func post<Result: Answering>(
        _ path: String = "",
        permission: Everyone,
        summary: String,
        status: HTTPResponse.Status = .created,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping @Sendable (IncomingRequest) async throws -> Result
    ) {
        add([.post], path, .everyone, summary, status: status, content: Result.content, options: options) {
            request,
            _,
            _ in
            try await handler(request).answer()
        }
    }

    package func post<Body: RequestBody, Result: Answering>(
        _ path: String = "",
        permission: Everyone,
        summary: String,
        status: HTTPResponse.Status = .created,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping @Sendable (IncomingRequest, Body) async throws -> Result
    ) {
        let body = Endpoints.body(Body.self, options)
        add([.post], path, .everyone, summary, status: status, body: body, content: Result.content, options: options) {
            request,
            _,
            json in
            try await handler(request, Body.read(json)).answer()
        }
    }
}
