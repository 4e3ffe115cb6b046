import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

/// Makes objects over the API, as somebody signed in.
struct TestObjects {
    let account: TestAccount
    let call: TestCalls

    init(_ account: TestAccount, _ call: TestCalls) {
        self.account = account
        self.call = call
    }

    func make(_ path: String, _ json: String) async throws -> TestAnswer {
        let answer = try await call(.post, "/api/v1/\(path)", token: account.token, json: json)
        #expect(answer.status == 201, "\(path): \(answer.text)")
        return answer
    }

    func datasource() async throws -> String {
        try #require(try await make("datasources", QueryRouteTests.datasource).text("id"))
    }

    func query(
        _ name: String = "Delays",
        on datasource: String? = nil,
        parameters: String = "[]"
    ) async throws
        -> String
    {
        var source = datasource
        if source == nil { source = try await self.datasource() }
        let json = """
            {"datasource_id":"\(source ?? "")","name":"\(name)","sql":"SELECT 1","parameters":\(parameters)}
            """
        return try #require(try await make("queries", json).text("id"))
    }

    func visualization(_ name: String = "Chart", of query: String? = nil) async throws -> String {
        var source = query
        if source == nil { source = try await self.query() }
        let json = "{\"query_id\":\"\(source ?? "")\",\"name\":\"\(name)\",\"chart_type\":\"bar\"}"
        return try #require(try await make("visualizations", json).text("id"))
    }

    func dashboard(_ name: String = "Board", parameters: String = "[]") async throws -> String {
        let json = "{\"name\":\"\(name)\",\"parameters\":\(parameters)}"
        return try #require(try await make("dashboards", json).text("id"))
    }

    func tile(_ visualization: String, on dashboard: String, x: Int = 0) async throws -> String {
        let json = "{\"visualization_id\":\"\(visualization)\",\"pos_x\":\(x)}"
        return try #require(try await make("dashboards/\(dashboard)/tiles", json).text("id"))
    }

    func callAsFunction(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ json: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        try await call(method, "/api/v1/\(path)", token: account.token, json: json, headers: headers)
    }
}

extension TestServer {
    /// A server with a founder who makes objects.
    static func withObjects(_ body: @escaping @Sendable (TestServer, TestObjects) async throws -> Void) async throws {
        try await TestServer.with { server, call in
            try await body(server, TestObjects(try await server.found("ada", call), call))
        }
    }
}
