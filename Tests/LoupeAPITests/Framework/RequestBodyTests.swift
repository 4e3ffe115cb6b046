import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Request bodies")
struct RequestBodyTests {
    private func create(_ json: String, _ check: @escaping @Sendable (TestAnswer) -> Void) async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            check(try await call(.post, "/api/v1/widgets", token: editor.token, json: json))
        }
    }

    @Test("a missing field and a wrong type are 400 and each is named")
    func wrongForm() async throws {
        try await create(#"{"size": "large", "note": 7, "is_spare": 1, "parts": {}, "owner": 3}"#) { answer in
            #expect(answer.status == 400)
            #expect(answer.errorType == "bad_request")
            #expect(answer.errorFields == ["name", "note", "size", "parts", "owner", "is_spare"])
        }
    }

    @Test("broken rules are 422 and every offending field is in the details")
    func brokenRules() async throws {
        let json = #"{"name": "  ", "size": 101, "color": "blue", "note": "123456789012345678901", "owner": "x"}"#
        try await create(json) { answer in
            #expect(answer.status == 422)
            #expect(answer.errorType == "validation_failed")
            #expect(answer.errorFields == ["name", "note", "size", "color", "owner"])
        }
    }

    @Test("a rule over a read value is broken as the field's own")
    func breaksRule() async throws {
        try await create(#"{"name": "a", "size": 13}"#) { answer in
            #expect(answer.status == 422)
            #expect(answer.errorFields == ["size"])
        }
    }

    @Test("a nested field is named by its path")
    func nested() async throws {
        let json = #"{"name": "a", "size": 1, "parts": [{"label": "ok"}, {"label": "", "weight": 10}, {}]}"#
        try await create(json) { answer in
            #expect(answer.status == 400)
            #expect(answer.errorFields == ["parts[1].label", "parts[1].weight", "parts[2].label"])
        }
    }

    @Test("unknown fields are ignored and null is absence")
    func unknown() async throws {
        try await create(#"{"name": "a", "size": 3.0, "note": null, "colour": 1, "color": null}"#) { answer in
            #expect(answer.status == 201)
            #expect(answer["size"] == 3)
            #expect(answer["note"] == .null)
            #expect(answer["color"] == "red")
        }
    }

    @Test(
        "NUL is 422 wherever it stands",
        arguments: [
            #"{"name": "a\u0000b", "size": 1}"#, #"{"name": "a", "size": 1, "meta": {"x": ["\u0000"]}}"#,
            #"{"name": "a", "size": 1, "meta": {"\u0000": 1}}"#,
        ]
    )
    func nul(_ json: String) async throws {
        try await create(json) { #expect($0.status == 422) }
    }

    @Test("a raw object has its size limit")
    func rawLimit() async throws {
        try await create(#"{"name": "a", "size": 1, "meta": {"x": "0123456789012345678901234567890123456789"}}"#) {
            #expect($0.status == 422)
            #expect($0.errorFields == ["meta"])
        }
    }

    @Test(
        "what is not one JSON object is 400",
        arguments: [
            "", "{", "[]", "null", "\"x\"", "{\"a\":1}{}", "{'a':1}", "{\"a\":01}", "nul", "{\"name\":\"\\ud800\"}",
            "{\"a\":1,}", "\u{FEFF}{}",
        ]
    )
    func malformed(_ json: String) async throws {
        try await create(json) { answer in
            #expect(answer.status == 400)
            #expect(answer.errorType == "bad_request")
        }
    }

    @Test("text that is not UTF-8 is 400")
    func notUTF8() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let bytes = Array("{\"name\":\"".utf8) + [0xFF, 0xC0, 0x80] + Array("\",\"size\":1}".utf8)
            let answer = try await call(.post, "/api/v1/widgets", token: editor.token, bytes: bytes)
            #expect(answer.status == 400)
        }
    }

    @Test("64 levels are read, more are 400")
    func depth() async throws {
        let deep = { (levels: Int) in
            "{\"name\":\"a\",\"size\":1,\"other\":" + String(repeating: "[", count: levels - 1)
                + String(repeating: "]", count: levels - 1) + "}"
        }
        try await create(deep(64)) { #expect($0.status == 201) }
        try await create(deep(65)) { #expect($0.status == 400) }
        try await create(deep(100_000)) { #expect($0.status == 400) }
    }

    @Test("a change names at least one known field, and null clears only what may be null")
    func change() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let new = try await call(
                .post,
                "/api/v1/widgets",
                token: editor.token,
                json: #"{"name":"a","size":1,"note":"n"}"#
            )
            let path = try #require(new.headers[.location])
            let nothing = try await call(.put, path, token: editor.token, json: #"{"size": 5}"#)
            #expect(nothing.status == 422)
            let cleared = try await call(.patch, path, token: editor.token, json: #"{"note": null}"#)
            #expect(cleared.status == 200)
            #expect(cleared["note"] == .null)
            #expect(cleared["name"] == "a")
            let named = try await call(.put, path, token: editor.token, json: #"{"name": null}"#)
            #expect(named.status == 400)
            #expect(named.errorFields == ["name"])
        }
    }

    @Test("an answer stays small however many fields are wrong")
    func manyProblems() async throws {
        let fields = Problems()
        for index in 0..<10_000 { fields.add(.rule, "list[\(index)]", "is wrong") }
        let error = try #require(fields.error)
        #expect(error.details.count == 50)
        #expect(error.message.utf8.count < 500)
    }

    @Test("the same declaration yields the schema")
    func schema() {
        guard case .named("NewWidget", .object(let fields)) = NewWidget.schema else {
            Issue.record("not an object of that name")
            return
        }
        let expected: [FieldSchema] = [
            FieldSchema(name: "name", schema: .text(length: 1...255, format: nil), presence: .required),
            FieldSchema(name: "note", schema: .text(length: 0...20, format: nil), presence: .optional),
            FieldSchema(name: "size", schema: .integer(1...100), presence: .required),
            FieldSchema(name: "color", schema: .oneOf(["red", "green"]), presence: .optional),
        ]
        #expect(Array(fields.prefix(4)) == expected)
        #expect(fields.map(\.name).suffix(4) == ["parts", "owner", "is_spare", "meta"])
    }
}
