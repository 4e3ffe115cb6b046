import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Pages of other origins")
struct CrossOriginTests {
    private let path = "/api/v1/widgets/special"

    private func preflight(_ origin: String, _ method: String = "PUT") -> HTTPFields {
        [.origin: origin, .accessControlRequestMethod: method, .accessControlRequestHeaders: "authorization, if-match"]
    }

    @Test("get nothing from a server that names none")
    func closed() async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            for headers in [preflight("https://a.example"), [.origin: "https://a.example"]] {
                for method in [HTTPRequest.Method.options, .get] {
                    let answer = try await call(method, path, headers: headers)
                    #expect(answer.status == (method == .get ? 200 : 405))
                    expectNothing(answer)
                }
            }
        }
    }

    @Test("may call where they are named: what they may send and read is said")
    func named() async throws {
        var api = await TestAPI()
        api.rules = APIRules(allowedOrigins: ["https://a.example", "https://b.example:8443"])
        try await api.test { (call: TestCalls) async throws in
            for origin in ["https://a.example", "https://b.example:8443"] {
                let asked = try await call(.options, path, headers: preflight(origin))
                #expect(asked.status == 204)
                #expect(asked.headers[.accessControlAllowOrigin] == origin)
                #expect(asked.headers[.accessControlAllowMethods] == "GET, POST, PUT, PATCH, DELETE")
                let sendable = asked.headers[.accessControlAllowHeaders] ?? ""
                for name in ["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"] {
                    #expect(sendable.contains(name))
                }
                #expect(asked.headers[.accessControlMaxAge] == "600")
                let answer = try await call(.get, path, headers: [.origin: origin])
                #expect(answer.headers[.accessControlAllowOrigin] == origin)
                let readable = answer.headers[.accessControlExposeHeaders] ?? ""
                for name in [
                    "X-Request-Id", "ETag", "Location", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining",
                    "RateLimit-Reset", "Content-Disposition",
                ] { #expect(readable.contains(name)) }
                // Nothing is ever answered for a cookie that another origin's page sent along.
                #expect(answer.headers[.accessControlAllowCredentials] == nil)
                #expect(asked.headers[.accessControlAllowCredentials] == nil)
            }
        }
    }

    @Test("may read the errors too")
    func errors() async throws {
        var api = await TestAPI(addressPerMinute: 1)
        api.rules = APIRules(allowedOrigins: ["https://a.example"])
        try await api.test { (call: TestCalls) async throws in
            let headers: HTTPFields = [.origin: "https://a.example"]
            try await call(.get, path, headers: headers)
            for (path, status) in [(path, 429), ("/api/v1/nothing", 404)] {
                let answer = try await call(.get, path, headers: headers)
                #expect(answer.status == status)
                #expect(answer.headers[.accessControlAllowOrigin] == "https://a.example")
            }
        }
    }

    @Test(
        "get nothing where others are named",
        arguments: [
            "https://c.example", "http://a.example", "https://a.example:8443", "https://a.example.evil.example", "null",
            "https://A.example/", "*",
        ]
    )
    func others(_ origin: String) async throws {
        var api = await TestAPI()
        api.rules = APIRules(allowedOrigins: ["https://a.example"])
        try await api.test { (call: TestCalls) async throws in
            for (method, status) in [(HTTPRequest.Method.options, 405), (.get, 200)] {
                let answer = try await call(method, path, headers: preflight(origin))
                #expect(answer.status == status)
                expectNothing(answer)
                // A shared cache must not give one origin's answer to another.
                #expect(answer.headers[.vary] == "Authorization, Origin")
            }
        }
    }

    private func expectNothing(_ answer: TestAnswer) {
        for field in answer.headers {
            #expect(!field.name.canonicalName.hasPrefix("access-control-"))
        }
    }
}
