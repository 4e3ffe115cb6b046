package import HTTPTypes
import LoupeCore

extension Endpoints {
    package typealias Handler<Result> = @Sendable (AuthorizedRequest) async throws -> Result
    package typealias BodyHandler<Body, Result> = @Sendable (AuthorizedRequest, Body) async throws -> Result

    package func get<Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping Handler<Result>
    ) {
        add([.get], path, permission, summary, .ok, options, handler)
    }

    package func delete<Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping Handler<Result>
    ) {
        add([.delete], path, permission, summary, .noContent, options, handler)
    }

    /// A PUT without a body: something is so afterwards, however often it is said.
    package func put<Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping Handler<Result>
    ) {
        add([.put], path, permission, summary, .noContent, options, handler)
    }

    /// A POST without a body of its own.
    package func post<Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        status: HTTPResponse.Status = .created,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping Handler<Result>
    ) {
        add([.post], path, permission, summary, status, options, handler)
    }

    package func post<Body: RequestBody, Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        status: HTTPResponse.Status = .created,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping BodyHandler<Body, Result>
    ) {
        add([.post], path, permission, summary, status, options, handler)
    }

    /// A change of what the body names, by PUT or PATCH alike.
    package func change<Body: RequestBody, Result: Answering>(
        _ path: String = "",
        permission: Access,
        summary: String,
        options: EndpointOptions = EndpointOptions(),
        handler: @escaping BodyHandler<Body, Result>
    ) {
        add([.put, .patch], path, permission, summary, .ok, options, handler)
    }

    private func add<Result: Answering>(
        _ methods: [HTTPRequest.Method],
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ status: HTTPResponse.Status,
        _ options: EndpointOptions,
        _ handler: @escaping Handler<Result>
    ) {
        add(methods, path, .authorized(access), summary, status: status, content: Result.content, options: options) {
            request,
            identity,
            _ in
            try await handler(Endpoints.authorized(request, identity)).answer()
        }
    }

    private func add<Body: RequestBody, Result: Answering>(
        _ methods: [HTTPRequest.Method],
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ status: HTTPResponse.Status,
        _ options: EndpointOptions,
        _ handler: @escaping BodyHandler<Body, Result>
    ) {
        let body = Endpoints.body(Body.self, options)
        add(
            methods,
            path,
            .authorized(access),
            summary,
            status: status,
            body: body,
            content: Result.content,
            options: options
        ) {
            request,
            identity,
            json in
            try await handler(Endpoints.authorized(request, identity), Body.read(json)).answer()
        }
    }

    static func body<Body: RequestBody>(_: Body.Type, _ options: EndpointOptions) -> Endpoint.Body {
        Endpoint.Body(
            schema: { Body.schema },
            mayBeEmpty: options.bodyMayBeEmpty,
            maximumBytes: options.maximumBody
        )
    }

    private static func authorized(_ request: IncomingRequest, _ identity: Identity?) -> AuthorizedRequest {
        guard let identity else { preconditionFailure("\(request.endpoint.path) was reached without an identity") }
        return AuthorizedRequest(incoming: request, identity: identity)
    }
}
