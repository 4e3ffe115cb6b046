import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("Routes")
struct RouteTests {
    @Test("a known path with another method is 405 and says what it takes")
    func methodNotAllowed() async throws {
        let api = await TestAPI()
        try await api.test { call in
            let answer = try await call(.post, "/api/v1/widgets/0196f000-0000-7000-8000-000000000000", json: "{}")
            #expect(answer.status == 405)
            #expect(answer.errorType == "method_not_allowed")
            #expect(answer.headers[.allow] == "DELETE, GET, HEAD, PATCH, PUT")
            let list = try await call(.get, "/api/v1/widgets")
            #expect(list.headers[.allow] == "POST")
        }
    }

    @Test(
        "strange paths are 404 and nothing worse",
        arguments: [
            "/", "/api", "/api/v1/", "/api/v1/widgets/", "//api/v1/widgets", "/api/v1//widgets",
            "/api/v1/widgets/special/",
            "/api/v1/../v1/widgets/special", "/api/v1/%77idgets/special", "/api/v1/widgets%2Fspecial", "/etc/passwd",
            "/api/v1/nothing?x=%zz", "/%00", "/api/v1/widgets/special/%ff", "*",
        ]
    )
    func strange(_ path: String) async throws {
        let api = await TestAPI()
        try await api.test { call in
            let answer = try await call(.get, path)
            #expect(answer.status == 404)
            #expect(answer.errorType == "not_found")
        }
    }

    @Test(
        "an id that is none, a broken escape and an unknown id are answered alike",
        arguments: [
            "0196f000-0000-7000-8000-000000000000", "x", "%00", "%ff", "%zz", "..", "0196f000000070008000000000000000",
        ]
    )
    func unknownID(_ id: String) async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { call in
            let answer = try await call(.get, "/api/v1/widgets/\(id)", token: viewer.token)
            #expect(answer.status == 404)
            #expect(answer["error", "message"] == "object not found")
        }
    }

    @Test("a literal segment goes before a parameter, and queries are decoded")
    func literal() async throws {
        let api = await TestAPI()
        try await api.test { call in
            let answer = try await call(.get, "/api/v1/widgets/special?q=a%20b+c%2B%C3%A9&q=second")
            #expect(answer["special"] == true)
            #expect(answer["q"] == "a b c+é")
        }
    }

    @Test("a malformed query string is 400", arguments: ["q=%", "q=%f", "q=%zz", "q=%00", "q=%ff", "%c0%80=1"])
    func malformedQuery(_ query: String) async throws {
        let api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            #expect(try await call(.get, "/api/v1/widgets/special?\(query)").status == 400)
        }
    }

    @Test("HEAD is GET without a body")
    func head() async throws {
        let api = await TestAPI()
        try await api.test { call in
            let answer = try await call(.head, "/api/v1/widgets/special")
            #expect(answer.status == 200)
            #expect(answer.text.isEmpty)
            #expect(answer.headers[.contentLength] == "24")
        }
    }

    @Test("the absolute form of a request's target is understood")
    func absoluteForm() {
        let target = RequestTarget("http://host:80/a/b?c=d#e")
        #expect(target.path == "/a/b")
        #expect(target.query == "c=d")
        #expect(RequestTarget("http://host").path == "/")
    }
}
