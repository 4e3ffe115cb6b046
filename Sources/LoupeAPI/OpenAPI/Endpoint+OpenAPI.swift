import HTTPTypes
import LoupeCore

extension Endpoint {
    /// The resource: the first part of the path after its version.
    var tag: String {
        path.split(separator: "/").first { $0 != "api" && $0 != "v1" }.map(String.init) ?? "health"
    }

    func operation(_ method: HTTPRequest.Method, _ schemas: inout SchemaWriter) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(operationID(method)),
            "summary": .string(summary),
            "tags": [.string(tag)],
            "responses": .object(responses(method, &schemas)),
            "security": security,
        ]
        let parameters = parameters(method, &schemas)
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if let body {
            members["requestBody"] = [
                "required": .boolean(!body.mayBeEmpty),
                "content": ["application/json": ["schema": schemas.write(body.schema())]],
            ]
        }
        return .object(members)
    }

    /// `getQueriesId`: the method and the parts of the path.
    private func operationID(_ method: HTTPRequest.Method) -> String {
        let words = path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "api" && $0 != "v1" }
        return method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private var security: JSONValue {
        switch caller {
        case .everyone: [[:]]
        case .authorized: [["bearer": []]]
        }
    }

    private func parameters(_ method: HTTPRequest.Method, _ schemas: inout SchemaWriter) -> [JSONValue] {
        var list: [JSONValue] = []
        for name in parameterNames {
            let schema = schemas.write(options.path[name] ?? .id)
            list.append(["name": .string(name), "in": "path", "required": true, "schema": schema])
        }
        var items = options.query
        if let rules = options.list { items = rules.parameters + items }
        if options.waits {
            items.append(QueryParameter("wait", .integer(0...30), "Seconds to wait for the run to be final"))
        }
        for item in items {
            list.append([
                "name": .string(item.name), "in": "query", "required": false, "description": .string(item.summary),
                "schema": schemas.write(item.schema, field: item.name),
            ])
        }
        for (name, summary) in requestHeaders(method) {
            list.append([
                "name": .string(name), "in": "header", "required": false, "description": .string(summary),
                "schema": ["type": "string", "maxLength": 255],
            ])
        }
        return list
    }

    private func requestHeaders(_ method: HTTPRequest.Method) -> [(String, String)] {
        var headers: [(String, String)] = []
        if options.isIdempotent {
            headers.append(("Idempotency-Key", "The same key and body within 24 hours give the first answer again"))
        }
        if isOfOneObject, method == .get { headers.append(("If-None-Match", "304 where the tag is still good")) }
        if isOfOneObject, method == .put || method == .patch || method == .delete {
            headers.append(("If-Match", "412 where the object was changed since"))
        }
        return headers
    }

    private var isOfOneObject: Bool { !parameterNames.isEmpty }

    private func responses(_ method: HTTPRequest.Method, _ schemas: inout SchemaWriter) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for error in errors(method) {
            responses[String(error)] = ["$ref": .string("#/components/responses/E\(error)")]
        }
        if isOfOneObject, method == .get {
            responses["304"] = ["description": "What the client has is still good."]
        }
        for status in [status] + options.alsoAnswers { responses[String(status.code)] = answer(status, &schemas) }
        return responses
    }

    private func answer(_ status: HTTPResponse.Status, _ schemas: inout SchemaWriter) -> JSONValue {
        var headers = OpenAPIDocument.always
        if status == .created { headers["Location"] = OpenAPIDocument.header("Location") }
        if isOfOneObject, status != .noContent { headers["ETag"] = OpenAPIDocument.header("ETag") }
        var members: [String: JSONValue] = [
            "description": .string(status.reasonPhrase), "headers": .object(headers),
        ]
        switch content {
        case .nothing: break
        case .json(let schema):
            members["content"] = ["application/json": ["schema": schemas.write(schema())]]
        case .stream(let types):
            members["content"] = .object(
                Dictionary(
                    uniqueKeysWithValues: types.map { type in (type, ["schema": ["type": "string"]] as JSONValue) }
                )
            )
        case .declaredByRoute: preconditionFailure("\(path) does not say what it answers")
        }
        return .object(members)
    }

    /// The statuses of the errors that follow from the declaration, and of those that it names.
    private func errors(_ method: HTTPRequest.Method) -> Set<Int> {
        var codes = options.fails.union([.badRequest, .internalError, .misdirected, .rateLimited, .unavailable])
        if options.isProbe { codes = [] }
        if case .authorized(let access) = caller {
            codes.insert(.unauthorized)
            if access != .view { codes.insert(.forbidden) }
        }
        if body != nil { codes.formUnion([.payloadTooLarge, .unsupportedMediaType, .validationFailed]) }
        if !parameterNames.isEmpty { codes.insert(.notFound) }
        if isOfOneObject, method != .get, method != .post { codes.formUnion([.preconditionFailed, .conflict]) }
        if options.isIdempotent { codes.formUnion([.conflict, .validationFailed]) }
        if options.list != nil { codes.insert(.validationFailed) }
        return Set(codes.map(\.status.code))
    }
}

extension ListRules {
    fileprivate var parameters: [QueryParameter] {
        var list = [
            QueryParameter("limit", .integer(1...100), "Items of a page; 20 where it is not given"),
            QueryParameter("offset", .integer(0...10_000), "The first item, from 0"),
            QueryParameter("cursor", .string(1...4096), "`next_cursor` of the page before, instead of an offset"),
            QueryParameter("sort_by", .oneOf(sorts), "What to sort by"),
            QueryParameter("sort_direction", .words(SortDirection.self), "asc or desc"),
        ]
        if isSearchable {
            list.append(QueryParameter("search", .string(0...200), "Only items with this in their text"))
        }
        if hasTags { list.append(QueryParameter("tags", .string(0...600), "Tags between commas, all of which match")) }
        return list
    }
}
