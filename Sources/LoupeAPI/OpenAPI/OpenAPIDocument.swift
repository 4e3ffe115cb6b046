import HTTPTypes
package import LoupeCore

/// The OpenAPI 3.1 document of the declared routes: what is served and what is written cannot differ.
package struct OpenAPIDocument {
    package let json: JSONValue

    /// `version` is that of the program.
    package init(_ endpoints: Endpoints, version: String) {
        var schemas = SchemaWriter()
        var paths: [String: [String: JSONValue]] = [:]
        var tags: Set<String> = []
        for endpoint in endpoints.all where !endpoint.options.isHidden {
            tags.insert(endpoint.tag)
            for method in endpoint.methods {
                paths[endpoint.path, default: [:]][method.rawValue.lowercased()] = endpoint.operation(method, &schemas)
            }
        }
        let error = schemas.write(ErrorBody.schema)
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Loupe", "version": .string(version),
                "summary": "Connect a database, write SQL, chart it, and trace every number to its run.",
                "license": ["name": "MIT", "identifier": "MIT"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.sorted().map { ["name": .string($0)] }),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(schemas.named),
                "responses": .object(OpenAPIDocument.errorResponses(error)),
                "headers": OpenAPIDocument.headers,
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": "An access token of a session, or an API key (`loupe_…`).",
                    ],
                    "refresh_cookie": [
                        "type": "apiKey", "in": "cookie", "name": "loupe_refresh",
                        "description": "The browser's refresh token; for refresh and logout only.",
                    ],
                ],
            ],
        ]
    }

    /// One answer a status: its description lists the error types.
    private static func errorResponses(_ error: JSONValue) -> [String: JSONValue] {
        var types: [Int: [String]] = [:]
        for code in LoupeError.Code.allCases { types[code.status.code, default: []].append(code.rawValue) }
        return Dictionary(
            uniqueKeysWithValues: types.map { status, types in
                var members: [String: JSONValue] = [
                    "description": .string(types.sorted().joined(separator: ", ")),
                    "content": ["application/json": ["schema": error]],
                ]
                var headers = always
                if [423, 429, 503].contains(status) { headers["Retry-After"] = header("Retry-After") }
                if status == 401 { headers["WWW-Authenticate"] = header("WWW-Authenticate") }
                members["headers"] = .object(headers)
                return ("E\(status)", .object(members))
            }
        )
    }

    static func header(_ name: String) -> JSONValue { ["$ref": .string("#/components/headers/\(name)")] }

    static var always: [String: JSONValue] { ["X-Request-Id": header("X-Request-Id")] }

    private static let headers: JSONValue = [
        "X-Request-Id": [
            "description": "The caller's, where it sent a sane one; names the request in the log.",
            "schema": ["type": "string", "maxLength": 64],
        ],
        "ETag": [
            "description": "The state that was read, for If-Match and If-None-Match.",
            "schema": ["type": "string", "maxLength": 255],
        ],
        "Location": ["description": "The path of what was created.", "schema": ["type": "string", "maxLength": 255]],
        "Retry-After": ["description": "Seconds to wait.", "schema": ["type": "integer", "minimum": 1]],
        "WWW-Authenticate": ["description": "Bearer", "schema": ["type": "string", "maxLength": 255]],
    ]
}
