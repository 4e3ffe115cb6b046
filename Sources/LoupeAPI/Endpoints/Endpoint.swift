import HTTPTypes
import LoupeCore

/// One declared route: what the server answers by and what the OpenAPI document is written from.
final class Endpoint: Sendable {
    enum Caller: Sendable {
        case everyone
        case authorized(Access)
    }

    /// What the route reads as its body.
    struct Body: Sendable {
        let schema: @Sendable () -> Schema
        /// An empty body is an object without members.
        let mayBeEmpty: Bool
        let maximumBytes: Int
    }

    typealias Handler = @Sendable (IncomingRequest, Identity?, JSONValue) async throws -> Answer

    /// PUT and PATCH share a declaration; every other route has one method.
    let methods: [HTTPRequest.Method]
    /// `/api/v1/queries/{id}`
    let path: String
    let parameterNames: [String]
    let caller: Caller
    let summary: String
    let status: HTTPResponse.Status
    let body: Body?
    let options: EndpointOptions
    let handler: Handler

    init(
        methods: [HTTPRequest.Method],
        path: String,
        caller: Caller,
        summary: String,
        status: HTTPResponse.Status,
        body: Body?,
        options: EndpointOptions,
        handler: @escaping Handler
    ) {
        self.methods = methods
        self.path = path
        parameterNames = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        self.caller = caller
        self.summary = summary
        self.status = status
        self.body = body
        self.options = options
        self.handler = handler
    }
}

/// What is particular to a route.
package struct EndpointOptions: Sendable {
    /// The limit that counts beside the caller's own.
    var limit: RateRule?
    /// Whether probes reach it: neither limited nor bound to a host name.
    var isProbe = false {
        didSet { answersAnyHost = isProbe }
    }
    /// Whether it is reached by whatever name, as machines on the inside have their own for the server.
    var answersAnyHost = false
    /// Whether a creation may be repeated with the same `Idempotency-Key`. Off where the answer holds secrets.
    var isIdempotent = false
    var bodyMayBeEmpty = false
    var maximumBody = EndpointOptions.standardBody
    /// The items of a list that the route answers with.
    var list: ListRules?
    /// Items of the query string beyond a list's, for the document.
    var query: [QueryParameter] = []

    package static let standardBody = 1 << 20
    package static let importBody = 16 << 20

    package init() {}

    static var idempotent: EndpointOptions {
        var options = EndpointOptions()
        options.isIdempotent = true
        return options
    }

    static func list(_ rules: ListRules) -> EndpointOptions {
        var options = EndpointOptions()
        options.list = rules
        return options
    }

    static func limited(_ rule: RateRule) -> EndpointOptions {
        var options = EndpointOptions()
        options.limit = rule
        return options
    }
}

/// An item of a route's query string.
package struct QueryParameter: Sendable {
    let name: String
    let schema: Schema
    let summary: String
}
