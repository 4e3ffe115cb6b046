import HTTPTypes
import LoupeCore

/// Where a resource declares its routes, one line each, below one path.
package struct Endpoints {
    private let base: String
    private let list: List

    /// The declarations in their order. Filled while the program is put together, then read only.
    private final class List {
        var endpoints: [Endpoint] = []
    }

    package init(_ base: String = "") {
        self.base = base
        list = List()
    }

    private init(_ base: String, _ list: List) {
        self.base = base
        self.list = list
    }

    /// The same list below a longer path.
    package func group(_ path: String) -> Endpoints {
        Endpoints(join(path), list)
    }

    var all: [Endpoint] { list.endpoints }

    private func join(_ path: String) -> String {
        path.isEmpty ? base : "\(base)/\(path)"
    }

    private func declared(_ content: AnswerContent, _ options: EndpointOptions, _ path: String) -> AnswerContent {
        guard case .declaredByRoute = content else { return content }
        guard let content = options.content else { preconditionFailure("\(join(path)) does not say what it answers") }
        return content
    }

    func add(
        _ methods: [HTTPRequest.Method],
        _ path: String,
        _ caller: Endpoint.Caller,
        _ summary: String,
        status: HTTPResponse.Status,
        body: Endpoint.Body? = nil,
        content: AnswerContent,
        options: EndpointOptions,
        handler: @escaping Endpoint.Handler
    ) {
        list.endpoints.append(
            Endpoint(
                methods: methods,
                path: join(path),
                caller: caller,
                summary: summary,
                status: status,
                body: body,
                content: declared(content, options, path),
                options: options,
                handler: handler
            )
        )
    }
}
