import Foundation
import HTTPTypes
import LoupeCore
import LoupeSecurity
import Testing

@testable import LoupeAPI

@Suite("Who asks")
struct AuthenticatorTests {
    private let path = "/api/v1/widgets/0196f000-0000-7000-8000-000000000000"

    @Test("no credential, a malformed one and a query item are 401")
    func none() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { call in
            let missing = try await call(.get, path)
            #expect(missing.status == 401)
            #expect(missing.errorType == "unauthorized")
            #expect(missing.headers[.wwwAuthenticate] == "Bearer")
            for header in ["", "Bearer", "Bearer ", "Basic \(viewer.token)", viewer.token, "Bearer \(viewer.token) x"] {
                #expect(try await call(.get, path, headers: [.authorization: header]).status == 401)
            }
            #expect(try await call(.get, "\(path)?access_token=\(viewer.token)").status == 401)
            #expect(try await call(.get, path, headers: [.authorization: "bearer \(viewer.token)"]).status == 404)
        }
    }

    @Test("expired, forged and unsigned tokens are 401")
    func badTokens() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        let foreign = try await TestSessions(api.clock).signIn(.admin)
        let parts = viewer.token.split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        let forged = [
            foreign.token, "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).",
            "\(parts[0]).\(parts[1]).\(parts[2])x", "a.b.c", "..", String(repeating: "a", count: 100_000),
        ]
        try await api.test { (call: TestCalls) async throws in
            #expect(try await call(.get, path, token: viewer.token).status == 404)
            for token in forged { #expect(try await call(.get, path, token: token).status == 401) }
            api.clock.advance(by: .seconds(24 * 3600 + 1))
            #expect(try await call(.get, path, token: viewer.token).status == 401)
        }
    }

    @Test("a role too low is 403")
    func role() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { call in
            let answer = try await call(.post, "/api/v1/widgets", token: viewer.token, json: "{}")
            #expect(answer.status == 403)
            #expect(answer.errorType == "forbidden")
            #expect(try await call(.delete, path, token: editor.token).status == 403)
        }
    }

    @Test("a hot session is read once in five seconds, and its end acts within them")
    func freshness() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { call in
            for _ in 0..<10 { try await call(.get, path, token: viewer.token) }
            #expect(api.sessions.readCount == 1)
            api.sessions.change(viewer.session) { $0.isRevoked = true }
            api.clock.advance(by: .seconds(5))
            #expect(try await call(.get, path, token: viewer.token).status == 401)
        }
    }

    @Test("a changed role acts within five seconds")
    func demotion() async throws {
        let api = await TestAPI()
        let editor = try await api.sessions.signIn(.editor)
        try await api.test { (call: TestCalls) async throws in
            let widget = #"{"name":"a","size":3}"#
            #expect(try await call(.post, "/api/v1/widgets", token: editor.token, json: widget).status == 201)
            api.sessions.change(editor.session) { $0.role = .viewer }
            api.clock.advance(by: .seconds(5))
            #expect(try await call(.post, "/api/v1/widgets", token: editor.token, json: widget).status == 403)
        }
    }

    @Test("a forgotten session is read again at once")
    func forget() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        let authenticator = api.authenticator()
        _ = try await authenticator.identity(authorization: "Bearer \(viewer.token)")
        authenticator.forget(viewer.session)
        _ = try await authenticator.identity(authorization: "Bearer \(viewer.token)")
        #expect(api.sessions.readCount == 2)
    }

    @Test("the cache stays within its capacity")
    func bounded() async throws {
        let api = await TestAPI()
        let authenticator = Authenticator(
            capacity: 2,
            instant: { api.clock.instant },
            now: { api.clock.now },
            verify: api.sessions.verify
        )
        var tokens: [String] = []
        for _ in 0..<5 { tokens.append(try await api.sessions.signIn(.viewer).token) }
        for token in tokens + tokens { _ = try await authenticator.identity(authorization: "Bearer \(token)") }
        #expect(api.sessions.readCount > 5)
    }
}
