import HTTPTypes
import HummingbirdTesting
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Limits of a body")
struct BodyLimitTests {
    @Test("ten megabytes are 413")
    func tooLarge() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let json = "{\"name\":\"" + String(repeating: "x", count: 10 << 20) + "\"}"
            let answer = try await call(.post, "/api/v1/widgets", token: editor.token, json: json)
            #expect(answer.status == 413)
            #expect(answer.errorType == "payload_too_large")
        }
    }

    @Test("a chunked body is counted as it comes")
    func chunked() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test(.live) { call in
            let port = try #require(call.client.port)
            let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
            let request =
                "POST /api/v1/widgets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                + "Authorization: Bearer \(editor.token)\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                + String(repeating: chunk, count: 20) + "0\r\n\r\n"
            let answer = try await RawHTTP.exchange(Array(request.utf8), port: port)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("payload_too_large"))
        }
    }

    @Test("a compressed body is 415")
    func encoded() async throws {
        try await expectUnsupported([.contentEncoding: "gzip", .contentType: "application/json"])
    }

    @Test(
        "a body of another type is 415",
        arguments: ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""]
    )
    func otherType(_ type: String) async throws {
        try await expectUnsupported([.contentType: type])
    }

    @Test(
        "JSON by its other names is read",
        arguments: ["application/json; charset=UTF-8", "application/merge-patch+json"]
    )
    func json(_ type: String) async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let answer = try await call(
                .post,
                "/api/v1/widgets",
                token: editor.token,
                json: #"{"name":"a","size":1}"#,
                headers: [.contentType: type]
            )
            #expect(answer.status == 201)
        }
    }

    private func expectUnsupported(_ headers: HTTPFields) async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let answer = try await call(
                .post,
                "/api/v1/widgets",
                token: editor.token,
                json: #"{"name":"a","size":1}"#,
                headers: headers
            )
            #expect(answer.status == 415)
            #expect(answer.errorType == "unsupported_media_type")
        }
    }
}
