import HTTPTypes
import HummingbirdTesting
import Logging
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("What every answer carries")
struct HeaderTests {
    @Test("security and caching headers are on good answers and on errors")
    func headers() async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            for path in ["/api/v1/widgets/special", "/api/v1/nothing"] {
                let answer = try await call(.get, path)
                #expect(answer.headers[.vary] == "Authorization")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
                #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
                #expect(answer.headers[.cacheControl]?.hasPrefix("private, no-") == true)
                #expect(answer.headers[.requestID]?.utf8.count == 36)
            }
        }
    }

    @Test("a sane request id comes back, any other is replaced")
    func requestID() async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            let sane = try await call(.get, "/api/v1/widgets/special", headers: [.requestID: "a-B_9.z"])
            #expect(sane.headers[.requestID] == "a-B_9.z")
            for id in ["", "a b", "ä", String(repeating: "x", count: 65), "a;b"] {
                let answer = try await call(.get, "/api/v1/widgets/special", headers: [.requestID: id])
                #expect(answer.headers[.requestID] != id)
                #expect(answer.headers[.requestID]?.utf8.count == 36)
            }
        }
    }

    @Test("a caller's trace is in the log's lines and in the answer, and what is none is left out")
    func trace() async throws {
        let api = await TestAPI()
        let id = "4bf92f3577b34da6a3ce929d0e0e4736"
        try await api.test { (call: TestCalls) async throws in
            for parent in ["00-\(id)-00f067aa0ba902b7-01", "01-\(id)-00f067aa0ba902b7-01-more"] {
                let answer = try await call(.get, "/api/v1/nothing", headers: [.traceParent: parent])
                let response = answer.headers[.traceResponse] ?? ""
                #expect(response.hasPrefix("00-\(id)-") && response.hasSuffix("-01") && response.utf8.count == 55)
                #expect(!response.contains("00f067aa0ba902b7"))
            }
            let lines = api.lines.all.filter { ["request answered", "request failed"].contains($0.message) }
            #expect(lines.count == 4)
            #expect(
                lines.allSatisfy { $0.metadata["trace.id"] == id && $0.metadata["trace.parent"] == "00f067aa0ba902b7" }
            )
            let broken = [
                "", "00-\(id)-00f067aa0ba902b7", "00-\(id)-00f067aa0ba902b7-01-more", "ff-\(id)-00f067aa0ba902b7-01",
                "00-\(id.uppercased())-00f067aa0ba902b7-01",
                "00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01",
                "00-\(id)-0000000000000000-01", "00-\(id)-00f067aa0ba902b7-0", "00-\(id)\"-00f067aa0ba902b7-01",
            ]
            for parent in broken {
                let answer = try await call(.get, "/api/v1/nothing", headers: [.traceParent: parent])
                #expect(answer.headers[.traceResponse] == nil)
                #expect(api.lines.all.last?.metadata["trace.id"] == nil)
            }
        }
    }

    @Test("the log line of a request tells no id, token or query value")
    func accessLog() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { (call: TestCalls) async throws in
            try await call(
                .get,
                "/api/v1/widgets/0196f000-0000-7000-8000-000000000000?search=secret",
                token: viewer.token
            )
        }
        let line = try #require(api.lines.all.last { $0.message == "request answered" })
        #expect(line.level == .info)
        #expect(line.metadata["http.route"] == "/api/v1/widgets/{id}")
        #expect(line.metadata["http.method"] == "GET")
        #expect(line.metadata["http.status"] == "404")
        #expect(line.metadata["request.id"]?.isEmpty == false)
        let all = api.lines.all.map { "\($0.message) \($0.metadata)" }.joined()
        #expect(!all.contains("secret"))
        #expect(!all.contains(viewer.token))
    }

    @Test("an unforeseen error tells nothing, and the log tells all under the same id")
    func internalError() async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            let answer = try await call(.get, "/api/v1/widgets/broken")
            #expect(answer.status == 500)
            #expect(answer.errorType == "internal_error")
            guard case .string(let id)? = answer["error", "error_id"] else {
                Issue.record("no error_id")
                return
            }
            let line = try #require(api.lines.all.first { $0.metadata["error.id"] == id })
            #expect(line.level == .error)
            #expect(line.metadata["error.cause"]?.contains("SELECT secret") == true)
            #expect(line.metadata["request.id"] == answer.headers[.requestID])
        }
    }

    @Test("the leak check finds what it looks for")
    func leakCheck() {
        withKnownIssue { expectNoLeak("{\"message\":\"\(InnerFailure())\"}") }
    }

    @Test("a request for another host is 421")
    func host() async throws {
        var api = await TestAPI()
        api.rules = APIRules(hosts: ["loupe.example"])
        try await api.test { (call: TestCalls) async throws in
            let answer = try await call(.get, "/api/v1/widgets/special")
            #expect(answer.status == 421)
            #expect(answer.errorType == "misdirected")
        }
        api.rules = APIRules(hosts: ["localhost"])
        try await api.test { (call: TestCalls) async throws in
            #expect(try await call(.get, "/api/v1/widgets/special").status == 200)
        }
    }

    @Test(
        "a server on this machine answers to this machine's names only",
        arguments: [
            ("localhost", 200), ("LOCALHOST:8080", 200), ("app.localhost", 200), ("127.0.0.1:1", 200), ("[::1]:9", 200),
            ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example:80", 421),
            ("10.0.0.1", 421),
            ("", 421),
        ]
    )
    func local(authority: String, status: Int) async throws {
        var api = await TestAPI()
        api.rules = APIRules(isLocalOnly: true)
        try await api.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let request =
                "GET /api/v1/widgets/special HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n"
            let answer = try await RawHTTP.exchange(Array(request.utf8), port: port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }
}
