import HTTPTypes
import HummingbirdTesting
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Security headers")
struct SecurityHeaderTests {
    /// By the status that each is answered with.
    private static let requests: [(status: Int, method: HTTPRequest.Method, path: String, headers: HTTPFields)] = [
        (200, .get, "/api/v1/widgets/special", [:]),
        (200, .get, "/metrics", [:]),
        (401, .get, "/api/v1/widgets/x", [:]),
        (404, .get, "/api/v1/nothing", [:]),
        (404, .get, "/", [:]),
        (405, .delete, "/api/v1/widgets/special", [:]),
        (415, .post, "/api/v1/widgets/echo", [.contentEncoding: "gzip"]),
        (500, .get, "/api/v1/widgets/broken", [:]),
    ]

    @Test("are on every kind of answer, whatever its status", arguments: requests.indices)
    func everywhere(_ index: Int) async throws {
        let request = Self.requests[index]
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            let answer = try await call(
                request.method,
                request.path,
                json: request.method == .post ? "{}" : nil,
                headers: request.headers
            )
            #expect(answer.status == request.status)
            expectSecurityHeaders(answer.headers)
            #expect(answer.headers[.strictTransportSecurity] == nil)
        }
    }

    @Test("are on pages and their files, whose policy runs no script that stands in a page")
    func files() async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            for path in ["/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"] {
                let answer = try await call(.get, path)
                #expect(answer.status == 200)
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(policy.contains("script-src 'self'; "))
                #expect(!policy.contains("unsafe") && !policy.contains("http:") && !policy.contains("*"))
                expectSecurityHeaders(answer.headers, policy: policy)
            }
            let page = try await call(.get, "/docs").text
            #expect(page.split(separator: "<script").dropFirst().allSatisfy { $0.hasPrefix(" src=\"/docs/") })
            #expect(!page.contains("style=") && !page.contains("onload"))
        }
    }

    @Test("are on what is too large, too much and for another host")
    func limits() async throws {
        var api = await TestAPI(addressPerMinute: 1)
        try await api.test { (call: TestCalls) async throws in
            let large = try await call(.post, "/api/v1/widgets/echo", bytes: Array(repeating: 32, count: (1 << 20) + 1))
            #expect(large.status == 413)
            expectSecurityHeaders(large.headers)
            let second = try await call(.get, "/api/v1/widgets/special")
            #expect(second.status == 429)
            expectSecurityHeaders(second.headers)
        }
        api.rules = APIRules(hosts: ["loupe.example"])
        try await api.test { (call: TestCalls) async throws in
            let answer = try await call(.get, "/api/v1/widgets/special")
            #expect(answer.status == 421)
            expectSecurityHeaders(answer.headers)
        }
    }

    @Test("promise HTTPS where browsers reach the server by it, and only there")
    func transport() async throws {
        var api = await TestAPI()
        api.rules = APIRules(isSecure: true)
        try await api.test { (call: TestCalls) async throws in
            for path in ["/api/v1/widgets/special", "/api/v1/nothing"] {
                let answer = try await call(.get, path)
                #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000")
            }
        }
    }

    @Test("are on what is no HTTP at all")
    func malformed() async throws {
        var api = await TestAPI()
        api.rules = APIRules(isSecure: true)
        try await api.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let answer = RawAnswer(try await RawHTTP.exchange(Array("GET / HTP/9\r\n\r\n".utf8), port: port))
            #expect(answer.status == 400)
            #expect(answer.body.contains(#""type":"bad_request""#))
            expectNoLeak(answer.body)
            expectSecurityHeaders(answer.headers)
            #expect(answer.headers[.strictTransportSecurity] == "max-age=31536000")
        }
    }
}

/// No inline script and no eval can run: neither is allowed, and nothing is the default.
func expectSecurityHeaders(
    _ headers: HTTPFields,
    policy: String = "default-src 'none'; frame-ancestors 'none'",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let expected: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, policy),
        (.xContentTypeOptions, "nosniff"), (.frameOptions, "DENY"), (.xssProtection, "0"),
        (.referrerPolicy, "no-referrer"), (.crossOriginResourcePolicy, "same-origin"),
        (.crossOriginOpenerPolicy, "same-origin"),
    ]
    for (name, value) in expected { #expect(headers[name] == value, sourceLocation: sourceLocation) }
    #expect(headers[.permissionsPolicy]?.contains("camera=()") == true, sourceLocation: sourceLocation)
    #expect(headers[.requestID] != nil && headers[.cacheControl] != nil, sourceLocation: sourceLocation)
    #expect(headers[.server] == nil, sourceLocation: sourceLocation)
}

/// An answer as it came over a socket.
struct RawAnswer {
    let status: Int
    let headers: HTTPFields
    let body: String

    init(_ text: String) {
        let parts = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
        let lines = (parts.first ?? "").split(separator: "\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        var headers = HTTPFields()
        for line in lines.dropFirst() {
            let field = line.split(separator: ": ", maxSplits: 1)
            if field.count == 2, let name = HTTPField.Name(String(field[0])) {
                headers.append(HTTPField(name: name, value: String(field[1])))
            }
        }
        self.headers = headers
        body = parts.count > 1 ? String(parts[1]) : ""
    }
}
