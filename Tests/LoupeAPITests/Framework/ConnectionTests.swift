import HTTPTypes
import HummingbirdTesting
import LoupeCore
import NIOCore
import Testing

@testable import LoupeAPI

@Suite("What a connection may cost")
struct ConnectionTests {
    private func api(_ adjust: (inout ConnectionLimits) -> Void = { _ in }) async -> TestAPI {
        var api = await TestAPI()
        adjust(&api.limits)
        return api
    }

    private static let echo = "POST /api/v1/widgets/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    @Test(
        "what is no HTTP is 400, once and with the connection's end",
        arguments: [
            "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\r\n\r\n", "GET /\u{0}x HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA\u{1}: b\r\n\r\n",
            "POST /api/v1/widgets/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "POST /api/v1/widgets/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "POST /api/v1/widgets/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /api/v1/widgets/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        ]
    )
    func malformed(_ request: String) async throws {
        try await api { $0.idle = .milliseconds(500) }.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let text = try await RawHTTP.exchange(Array(request.utf8), port: port)
            let answer = RawAnswer(text)
            #expect(answer.status == 400, "\(text)")
            #expect(answer.headers[.connection] == "close")
            #expect(text.split(separator: "HTTP/1.1 ").count == 1)
            expectNoLeak(answer.body)
        }
    }

    @Test("a head that is too large is 431")
    func largeHead() async throws {
        try await api { $0.idle = .milliseconds(500) }.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let field = "X-A: \(String(repeating: "x", count: 1000))\r\n"
            let heads = [
                "X-A: \(String(repeating: "x", count: 20 << 10))\r\n", String(repeating: field, count: 80),
                String(repeating: "X-A: b\r\n", count: 150),
            ]
            for head in heads {
                let request = "GET /api/v1/widgets/special HTTP/1.1\r\nHost: x\r\n\(head)\r\n"
                let answer = RawAnswer(try await RawHTTP.exchange(Array(request.utf8), port: port))
                #expect(answer.status == 431)
                #expect(answer.body.contains("too large"))
                expectSecurityHeaders(answer.headers)
            }
        }
    }

    @Test("a connection that says nothing, or goes on saying too little of a head, is closed")
    func slowHead() async throws {
        try await api { $0.idle = .milliseconds(300) }.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let text1 = try await RawHTTP.exchange([], port: port)
            #expect(text1 == "")
            let head = "GET /api/v1/widgets/special HTTP/1.1\r\nHost: x\r\nX-Slow: "
            let text2 = try await RawHTTP.exchange(Array(head.utf8), thenTricklingTo: port)
            #expect(text2 == "")
        }
    }

    @Test("a connection that was used and rests is closed")
    func rest() async throws {
        try await api { $0.idle = .milliseconds(300) }.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let request = "GET /api/v1/widgets/special HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await RawHTTP.exchange(Array(request.utf8), port: port)
            #expect(RawAnswer(answer).status == 200)
        }
    }

    @Test("a body that trickles is closed upon, and one that comes at its pace is read")
    func slowBody() async throws {
        let limits: (inout ConnectionLimits) -> Void = {
            $0.bodyGrace = .milliseconds(300)
            $0.idle = .seconds(60)
        }
        try await api(limits).test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let slow = Self.echo + "Content-Length: 100000\r\n\r\n{\"name\":\""
            let text3 = try await RawHTTP.exchange(Array(slow.utf8), thenTricklingTo: port)
            #expect(text3 == "")
            let text4 = try await RawHTTP.exchange(Array(slow.utf8), port: port)
            #expect(text4 == "")
            let chunked = Self.echo + "Transfer-Encoding: chunked\r\n\r\n"
            let text5 = try await RawHTTP.exchange(Array(chunked.utf8), port: port)
            #expect(text5 == "")
            let json = "{\"name\":\"a\",\"padding\":\"\(String(repeating: "x", count: 500_000))\"}"
            let good = Self.echo + "Connection: close\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
            let answer = RawAnswer(try await RawHTTP.exchange(Array(good.utf8), port: port))
            #expect(answer.status == 200)
        }
    }

    @Test("a body without end is not read to its end, be the route without a body")
    func endless() async throws {
        try await api { $0.bodyBytes = 100_000 }.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let head = "GET /api/v1/widgets/special HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n"
            let request = Array(head.utf8) + Array(repeating: UInt8(ascii: "x"), count: 50_000_000)
            let answer = try await RawHTTP.exchange(request, port: port)
            #expect(answer == "" || RawAnswer(answer).status == 200)
        }
    }

    @Test("a client that takes nothing of a long answer is cut off")
    func stalled() async throws {
        let api = await api { $0.stalledAnswer = .milliseconds(300) }
        let editor = try await api.sessions.signIn(.editor)
        try await api.test(.live) { (call: TestCalls) async throws in
            let port = try #require(call.client.port)
            let json = "{\"name\":\"\(String(repeating: "x", count: 200))\",\"size\":100}"
            let made = try await call(.post, "/api/v1/widgets", token: editor.token, json: json)
            let path = try #require(made.headers[.location]) + "/endless"
            let request =
                "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(editor.token)\r\nConnection: close\r\n\r\n"
            try await RawHTTP.stall(Array(request.utf8), port: port)
        }
        #expect(api.lines.all.contains { $0.message == "answer broke off" })
    }
}
