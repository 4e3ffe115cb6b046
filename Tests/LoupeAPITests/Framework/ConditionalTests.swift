import HTTPTypes
import HummingbirdTesting
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Entity tags, repetitions, streams")
struct ConditionalTests {
    private let widget = #"{"name":"a","size":3}"#

    @Test("a client that has the state gets 304, and a stale change is 412")
    func tags() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let new = try await call(.post, "/api/v1/widgets", token: editor.token, json: widget)
            let path = try #require(new.headers[.location])
            let first = try await call(.get, path, token: editor.token)
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl] == "private, no-cache")
            for header in [tag, "\"x\", \(tag)", "W/\(tag)", "*"] {
                let again = try await call(.get, path, token: editor.token, headers: [.ifNoneMatch: header])
                #expect(again.status == 304)
                #expect(again.text.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            let change = #"{"name":"b"}"#
            let good = try await call(.put, path, token: editor.token, json: change, headers: [.ifMatch: tag])
            #expect(good.status == 200)
            #expect(good.headers[.eTag] != tag)
            for stale in [tag, "\"other\"", "W/\(tag)"] {
                let answer = try await call(.put, path, token: editor.token, json: change, headers: [.ifMatch: stale])
                #expect(answer.status == 412)
                #expect(answer.errorType == "precondition_failed")
            }
            let now = try await call(.get, path, token: editor.token, headers: [.ifNoneMatch: tag])
            #expect(now.status == 200)
        }
    }

    @Test("the same key and body create once; another body is 409; a failed try frees the key")
    func idempotency() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        let other = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let key: HTTPFields = [.idempotencyKey: "k1"]
            let path = "/api/v1/widgets"
            let failed = try await call(.post, path, token: editor.token, json: "{}", headers: key)
            #expect(failed.status == 400)
            let first = try await call(.post, path, token: editor.token, json: widget, headers: key)
            #expect(first.status == 201)
            let second = try await call(.post, path, token: editor.token, json: widget, headers: key)
            #expect(second.status == 201)
            #expect(second.text == first.text)
            #expect(second.headers[.location] == first.headers[.location])
            #expect(second.headers[.idempotencyReplayed] == "true")
            #expect(api.widgets.count == 1)
            let changed = try await call(
                .post,
                path,
                token: editor.token,
                json: #"{"name":"b","size":3}"#,
                headers: key
            )
            #expect(changed.status == 409)
            #expect(try await call(.post, path, token: other.token, json: widget, headers: key).status == 201)
            #expect(api.widgets.count == 2)
            let bad = try await call(.post, path, token: editor.token, json: widget, headers: [.idempotencyKey: "a b"])
            #expect(bad.status == 400)
        }
    }

    @Test("a stream arrives whole, is not kept, and is logged when it is done")
    func stream() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test(.live) { call in
            let new = try await call(.post, "/api/v1/widgets", token: editor.token, json: widget)
            let path = try #require(new.headers[.location])
            let answer = try await call(.get, "\(path)/lines", token: editor.token)
            #expect(answer.text == "0,a\n1,a\n2,a\n")
            #expect(answer.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "private, no-store")
        }
        #expect(api.lines.all.contains { $0.metadata["http.route"] == "/api/v1/widgets/{id}/lines" })
    }
}
