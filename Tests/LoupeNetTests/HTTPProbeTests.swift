import Glibc
import LoupeCore
import LoupeNet
import Testing

@Suite("HTTP probe")
struct HTTPProbeTests {
    @Test func `an answer comes back with its status and body, also an error`() async throws {
        let listener = try LocalListener(
            answers: [
                "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}",
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            ]
        )
        defer { listener.close() }
        let probe = HTTPProbe()
        let healthy = try await probe.get("http://127.0.0.1:\(listener.port)/api/v1/health")
        #expect(healthy.status == 200)
        #expect(String(decoding: healthy.body, as: UTF8.self) == #"{"status":"ok"}"#)
        #expect(listener.lastRequest.hasPrefix("GET /api/v1/health HTTP/1.1\r\n"))
        #expect(try await probe.get("http://127.0.0.1:\(listener.port)/").status == 503)
        #expect(try await probe.get("http://127.0.0.1:\(listener.port)/").status == 302)
    }

    @Test func `a server that does not answer is a timeout`() async throws {
        let listener = try LocalListener(answers: [])
        defer { listener.close() }
        await expect(.timeout) {
            try await HTTPProbe(timeout: .milliseconds(200)).get("http://127.0.0.1:\(listener.port)/")
        }
    }

    @Test func `where nothing listens, and what is no URL, is said`() async throws {
        let listener = try LocalListener(answers: [])
        let port = listener.port
        listener.close()
        await expect(.connectionError) { try await HTTPProbe().get("http://127.0.0.1:\(port)/") }
        for url in ["file:///etc/hostname", "gopher://127.0.0.1/", "", "http://"] {
            await expect(.connectionError) { try await HTTPProbe().get(url) }
        }
    }

    @Test func `an answer that is too long is cut off`() async throws {
        let text = String(repeating: "x", count: 5000)
        let listener = try LocalListener(answers: ["HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + text])
        defer { listener.close() }
        await expect(.connectionError) {
            try await HTTPProbe(maximumBytes: 4999).get("http://127.0.0.1:\(listener.port)/")
        }
    }

    private func expect(_ code: LoupeError.Code, _ body: () async throws -> HTTPProbe.Response) async {
        let error = await #expect(throws: LoupeError.self) { try await body() }
        #expect(error?.code == code)
    }
}
