import HTTPTypes
import LoupeCore
import LoupeServices
import Testing

@testable import LoupeAPI

@Suite("/auth")
struct AuthRouteTests {
    private let login = #"{"email":"ada@example.com","password":"correct horse"}"#

    @Test("the first registration founds the organization and its admin")
    func founding() async throws {
        try await TestServer.with(registration: .invite) { server, call in
            let before = try await call(.get, "/api/v1/auth/setup")
            #expect(
                try before.json == [
                    "needs_setup": true, "setup_code_required": false, "registration": "invite", "mail": true,
                ]
            )
            let answer = try await call(.post, "/api/v1/auth/register", json: server.registration("ada"))
            #expect(answer.status == 201)
            #expect(answer["user", "role"] == "admin")
            #expect(answer["user", "email"] == "ada@example.com")
            #expect(answer["expires_at"] != nil)
            #expect(answer.headers[.cacheControl] == "private, no-store")
            let after = try await call(.get, "/api/v1/auth/setup")
            #expect(after["needs_setup"] == false)
            let account = try TestAccount(answer)
            let me = try await call(.get, "/api/v1/auth/me", token: account.token)
            #expect(me["id"] == answer["user", "id"])
            let second = try await call(.post, "/api/v1/auth/register", json: server.registration("bob"))
            #expect(second.status == 403)
            #expect(second.errorType == "forbidden")
        }
    }

    @Test("an open server founds an organization each time, and an address has one account")
    func open() async throws {
        try await TestServer.with(registration: .open) { server, call in
            let ada = try await server.found("ada", call)
            let bob = try await server.found("bob", call)
            #expect(ada.organization != bob.organization)
            let again = server.registration("bob").replacing("bob@", with: "BOB@")
            #expect(try await call(.post, "/api/v1/auth/register", json: again).status == 409)
        }
    }

    @Test("of two founders at once one wins")
    func race() async throws {
        try await TestServer.with(registration: .invite) { server, call in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for name in ["a", "b", "c", "d"] {
                    group.addTask {
                        try await call(.post, "/api/v1/auth/register", json: server.registration(name)).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201, 403, 403, 403])
        }
    }

    @Test("away from loopback founding needs the printed code, once")
    func setupCode() async throws {
        try await TestServer.with(registration: .open, needsSetupCode: true) { server, call in
            let code = try #require(try await server.accounts.prepareSetupCode())
            let path = "/api/v1/auth/register"
            #expect(try await call(.get, "/api/v1/auth/setup")["setup_code_required"] == true)
            #expect(try await call(.post, path, json: server.registration("ada")).status == 403)
            let wrong = server.registration("ada", setupCode: String(code.reversed()))
            #expect(try await call(.post, path, json: wrong).status == 403)
            let right = server.registration("ada", setupCode: code)
            #expect(try await call(.post, path, json: right).status == 201)
            #expect(try await call(.get, "/api/v1/auth/setup")["setup_code_required"] == false)
            #expect(try await server.accounts.prepareSetupCode() == nil)
        }
    }

    @Test(
        "a registration's fields are checked, each by name",
        arguments: [
            (#"{}"#, 400, ["email", "password", "name"]),
            (#"{"email":"ada","password":"short","name":""}"#, 422, ["email", "password", "name"]),
            (#"{"email":"a b@c","password":"12345678","name":"a"}"#, 422, ["email", "password"]),
            (#"{"email":1,"password":[],"name":{}}"#, 400, ["email", "password", "name"]),
        ]
    )
    func fields(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.with { _, call in
            let answer = try await call(.post, "/api/v1/auth/register", json: json)
            #expect(answer.status == status)
            #expect(answer.errorFields == fields)
        }
    }

    @Test("a wrong password and an unknown address are answered alike")
    func wrongPassword() async throws {
        try await TestServer.with { server, call in
            _ = try await server.found("ada", call)
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 200)
            let upper = login.replacing("ada@", with: "ADA@")
            #expect(try await call(.post, "/api/v1/auth/login", json: upper).status == 200)
            let wrong = try await call(.post, "/api/v1/auth/login", json: login.replacing("horse", with: "hose"))
            let unknown = try await call(.post, "/api/v1/auth/login", json: login.replacing("ada", with: "eve"))
            #expect(wrong.status == 401)
            #expect(unknown.status == 401)
            #expect(wrong["error", "message"] == unknown["error", "message"])
        }
    }

    @Test("ten wrong passwords lock the account for that address, known or not, and time opens it")
    func lockout() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            for name in ["ada", "eve"] {
                let right = login.replacing("ada", with: name)
                let wrong = right.replacing("horse", with: "hose")
                for _ in 0..<10 { #expect(try await call(.post, "/api/v1/auth/login", json: wrong).status == 401) }
                let locked = try await call(.post, "/api/v1/auth/login", json: right)
                #expect(locked.status == 423)
                #expect(locked.errorType == "account_locked")
                #expect(locked.headers[.retryAfter] == "60")
            }
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 200)
            server.clock.advance(by: .seconds(60))
            let wrong = login.replacing("horse", with: "hose")
            #expect(try await call(.post, "/api/v1/auth/login", json: wrong).status == 401)
            #expect(try await call(.post, "/api/v1/auth/login", json: login).headers[.retryAfter] == "120")
            server.clock.advance(by: .seconds(120))
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 200)
            #expect(try await call(.post, "/api/v1/auth/login", json: wrong).status == 401)
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 200)
        }
    }

    @Test("sign-ins have a limit of ten a minute, and it comes before the hashing")
    func loginLimit() async throws {
        try await TestServer.with(addressPerMinute: 100) { _, call in
            for _ in 0..<10 { try await call(.post, "/api/v1/auth/login", json: "{}") }
            let limited = try await call(.post, "/api/v1/auth/login", json: login)
            #expect(limited.status == 429)
            #expect(limited.headers[.rateLimitLimit] == "10")
        }
    }

    @Test("a refresh rotates; soon the same successor comes again; later reuse ends the session")
    func refresh() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = "/api/v1/auth/refresh"
            let old = "{\"refresh_token\":\"\(ada.refreshToken)\"}"
            let first = try await call(.post, path, json: old)
            #expect(first.status == 200)
            #expect(first.text("refresh_token") != ada.refreshToken)
            #expect(first["user"] == nil)
            let repeated = try await call(.post, path, json: old)
            #expect(repeated["refresh_token"] == first["refresh_token"])
            let token = try #require(first.text("token"))
            #expect(try await call(.get, "/api/v1/auth/me", token: token).status == 200)
            server.clock.advance(by: .seconds(31))
            #expect(try await call(.post, path, json: old).status == 401)
            let successor = try #require(first.text("refresh_token"))
            let next = try await call(.post, path, json: "{\"refresh_token\":\"\(successor)\"}")
            #expect(next.status == 401)
            #expect(try await call(.get, "/api/v1/auth/me", token: token).status == 401)
        }
    }

    @Test("a browser refreshes by its cookie, from this server's own pages only")
    func cookie() async throws {
        let rules = APIRules(publicOrigin: "https://loupe.example", isSecure: true)
        try await TestServer.with(rules: rules) { server, call in
            let answer = try await call(.post, "/api/v1/auth/register", json: server.registration("ada"))
            let setting = try #require(answer.headers[.setCookie])
            for part in ["loupe_refresh=", "HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Secure"] {
                #expect(setting.contains(part))
            }
            let cookie = "x=1; \(setting.prefix { $0 != ";" })"
            let path = "/api/v1/auth/refresh"
            let bare = try await call(.post, path, headers: [.cookie: cookie])
            #expect(bare.status == 403)
            let foreign = try await call(.post, path, headers: [.cookie: cookie, .origin: "https://evil.example"])
            #expect(foreign.status == 403)
            let crossSite = try await call(.post, path, headers: [.cookie: cookie, .fetchSite: "cross-site"])
            #expect(crossSite.status == 403)
            let own = try await call(.post, path, headers: [.cookie: cookie, .origin: "https://loupe.example"])
            #expect(own.status == 200)
            let fetched = try await call(.post, path, headers: [.cookie: cookie, .fetchSite: "same-origin"])
            #expect(fetched.status == 200)
            #expect(try await call(.post, path).status == 401)
        }
    }

    @Test("signing out ends the session at once, by token or by cookie")
    func logout() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 200)
            let out = try await call(.post, "/api/v1/auth/logout", token: ada.token)
            #expect(out.status == 204)
            #expect(out.text.isEmpty)
            #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 401)
            let refresh = "{\"refresh_token\":\"\(ada.refreshToken)\"}"
            #expect(try await call(.post, "/api/v1/auth/refresh", json: refresh).status == 401)
            let again = try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
            let cookie: HTTPFields = [
                .cookie: "loupe_refresh=\(again.refreshToken)", .fetchSite: "same-origin",
            ]
            #expect(try await call(.post, "/api/v1/auth/logout", headers: cookie).status == 204)
            #expect(try await call(.get, "/api/v1/auth/me", token: again.token).status == 401)
            #expect(try await call(.post, "/api/v1/auth/logout").status == 401)
        }
    }

    @Test("one may change one's name")
    func rename() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let answer = try await call(.put, "/api/v1/auth/me", token: ada.token, json: #"{"name":"Ada L."}"#)
            #expect(answer["name"] == "Ada L.")
            #expect(try await call(.patch, "/api/v1/auth/me", token: ada.token, json: #"{"role":"x"}"#).status == 422)
        }
    }
}
