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
    let content: AnswerContent
    let options: EndpointOptions
    let handler: Handler

    init(
        methods: [HTTPRequest.Method],
        path: String,
        caller: Caller,
        summary: String,
        status: HTTPResponse.Status,
        body: Body?,
        content: AnswerContent,
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
        self.content = content
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
    /// Whether the document leaves it out, as it is there under another path or not for programs.
    var isHidden = false
    /// Whether a creation may be repeated with the same `Idempotency-Key`. Off where the answer holds secrets.
    var isIdempotent = false
    var bodyMayBeEmpty = false
    var maximumBody = EndpointOptions.standardBody
    /// The items of a list that the route answers with.
    var list: ListRules?
    /// Items of the query string beyond a list's, for the document.
    var query: [QueryParameter] = []
    /// Whether `?wait=SECONDS` makes the answer wait until its run is final.
    var waits = false
    /// What the answer holds, where the handler's type does not tell.
    var content: AnswerContent?
    /// Other statuses that the same answer comes with.
    var alsoAnswers: [HTTPResponse.Status] = []
    /// Errors beyond those that follow from the declaration.
    var fails: Set<LoupeError.Code> = []
    /// The kind of object that `{id}` names and that the caller opens by it.
    var opens: ObjectKind?
    /// The parts of the path that are not ids.
    var path: [String: Schema] = [:]

    package static let standardBody = 1 << 20
    package static let importBody = 16 << 20

    package init() {}

    static var idempotent: EndpointOptions {
        EndpointOptions().with { $0.isIdempotent = true }
    }

    static func list(_ rules: ListRules, filters: [QueryParameter] = []) -> EndpointOptions {
        EndpointOptions().with {
            $0.list = rules
            $0.query = filters
        }
    }

    static func opening(_ kind: ObjectKind) -> EndpointOptions {
        EndpointOptions().with { $0.opens = kind }
    }

    static func limited(_ rule: RateRule) -> EndpointOptions {
        EndpointOptions().with { $0.limit = rule }
    }

    static func query(_ parameters: QueryParameter...) -> EndpointOptions {
        EndpointOptions().with { $0.query = parameters }
    }

    /// The same options with something more said.
    package func with(_ change: (inout EndpointOptions) -> Void) -> EndpointOptions {
        var options = self
        change(&options)
        return options
    }
}

/// An item of a route's query string.
package struct QueryParameter: Sendable {
    let name: String
    let schema: Schema
    let summary: String

    package init(_ name: String, _ schema: Schema, _ summary: String) {
        self.name = name
        self.schema = schema
        self.summary = summary
    }
}
