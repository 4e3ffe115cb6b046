import HTTPTypes

/// Finds the endpoint of a path by its segments. A literal segment goes before a parameter.
struct RouteTree: Sendable {
    /// What a path leads to.
    struct Match {
        let endpoints: Endpoints
        let parameters: [Substring]
    }

    /// The endpoints of one path template by method.
    struct Endpoints: Sendable {
        private(set) var byMethod: [(method: HTTPRequest.Method, endpoint: Endpoint)] = []

        mutating func add(_ endpoint: Endpoint) {
            for method in endpoint.methods {
                precondition(self[method] == nil, "\(method) \(endpoint.path) is declared twice")
                byMethod.append((method, endpoint))
            }
        }

        /// HEAD is answered by what answers GET.
        subscript(method: HTTPRequest.Method) -> Endpoint? {
            let wanted = method == .head ? .get : method
            for (candidate, endpoint) in byMethod where candidate == wanted { return endpoint }
            return nil
        }

        /// The `Allow` header.
        var allowed: String {
            var names = byMethod.map(\.method.rawValue)
            if names.contains("GET") { names.append("HEAD") }
            return names.sorted().joined(separator: ", ")
        }
    }

    private struct Node: Sendable {
        var literals: [Substring: Int] = [:]
        var parameter: Int?
        var endpoints = Endpoints()
    }

    private var nodes = [Node()]

    init(_ endpoints: [Endpoint]) {
        for endpoint in endpoints { add(endpoint) }
    }

    private mutating func add(_ endpoint: Endpoint) {
        var node = 0
        for segment in endpoint.path.split(separator: "/") {
            let next: Int
            if segment.hasPrefix("{") {
                next = nodes[node].parameter ?? nodes.endIndex
                nodes[node].parameter = next
            } else {
                next = nodes[node].literals[segment] ?? nodes.endIndex
                nodes[node].literals[segment] = next
            }
            if next == nodes.endIndex { nodes.append(Node()) }
            node = next
        }
        nodes[node].endpoints.add(endpoint)
    }

    /// Nil where nothing of that path is declared. Empty segments (`//`, a slash at the end) match nothing.
    func match(_ path: Substring) -> Match? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var node = 0
        var parameters: [Substring] = []
        var rest = path.utf8.dropFirst()[...]
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard end > rest.startIndex else { return nil }
            let segment = Substring(rest[..<end])
            if let next = nodes[node].literals[segment] {
                node = next
            } else if let next = nodes[node].parameter {
                parameters.append(segment)
                node = next
            } else {
                return nil
            }
            if end == rest.endIndex { break }
            rest = rest[rest.index(after: end)...]
        }
        guard !nodes[node].endpoints.byMethod.isEmpty else { return nil }
        return Match(endpoints: nodes[node].endpoints, parameters: parameters)
    }
}
