import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("Passwords")
struct PasswordRouteTests {
    private let path = "/api/v1/auth/password"
    private let login = #"{"email":"ada@example.com","password":"correct horse"}"#
    private let newLogin = #"{"email":"ada@example.com","password":"battery staple"}"#
    private let forgotten = #"{"email":"ada@example.com"}"#

    /// The token of the last mail's link.
    private func token(_ server: TestServer) throws -> String {
        let link = try #require(server.outbox.mails.last).link
        return String(link.drop { $0 != "#" }.dropFirst())
    }

    private func reset(_ token: String, _ password: String = "battery staple") -> String {
        "{\"token\":\"\(token)\",\"password\":\"\(password)\"}"
    }

    @Test("a change wants the old password, and ends the other sessions but not this one")
    func change() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let other = try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
            let wrong = #"{"current_password":"wrong","new_password":"battery staple"}"#
            let refused = try await call(.post, "\(path)/change", token: ada.token, json: wrong)
            #expect(refused.status == 422)
            #expect(refused.errorFields == ["current_password"])
            let common = #"{"current_password":"correct horse","new_password":"Password1"}"#
            #expect(
                try await call(.post, "\(path)/change", token: ada.token, json: common).errorFields == ["new_password"]
            )
            let right = #"{"current_password":"correct horse","new_password":"battery staple"}"#
            #expect(try await call(.post, "\(path)/change", token: ada.token, json: right).status == 204)
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 200)
            #expect(try await call(.get, "/api/v1/auth/me", token: other.token).status == 401)
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 401)
            #expect(try await call(.post, "/api/v1/auth/login", json: newLogin).status == 200)
        }
    }

    @Test("ten wrong old passwords lock the change as they lock the door")
    func guessing() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let wrong = #"{"current_password":"wrong","new_password":"battery staple"}"#
            for _ in 0..<10 {
                #expect(try await call(.post, "\(path)/change", token: ada.token, json: wrong).status == 422)
            }
            let locked = try await call(.post, "\(path)/change", token: ada.token, json: wrong)
            #expect(locked.status == 423)
            #expect(locked.headers[.retryAfter] == "60")
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 200)
        }
    }

    @Test("a forgotten password is reset by a mailed link, once, and every session ends")
    func forgot() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let asked = try await call(.post, "\(path)/forgot", json: forgotten)
            #expect(asked.status == 202)
            await server.post.sendWaiting()
            let mail = try #require(server.outbox.mails.first)
            #expect(mail.to == "ada@example.com")
            #expect(mail.link.hasPrefix("https://loupe.example/reset-password#"))
            #expect(mail.text.contains(mail.link))
            let body = reset(try token(server))
            let weak = try await call(.post, "\(path)/reset", json: reset(try token(server), "12345678"))
            #expect(weak.errorFields == ["password"])
            #expect(try await call(.post, "\(path)/reset", json: body).status == 204)
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 401)
            #expect(try await call(.post, "/api/v1/auth/login", json: newLogin).status == 200)
            let again = try await call(.post, "\(path)/reset", json: body)
            #expect(again.status == 422)
            #expect(again.errorFields == ["token"])
        }
    }

    @Test("a link is good for an hour, and the first one used ends the others")
    func expiry() async throws {
        try await TestServer.with { server, call in
            _ = try await server.found("ada", call)
            func ask() async throws -> String {
                try await call(.post, "\(path)/forgot", json: forgotten)
                await server.post.sendWaiting()
                return try token(server)
            }
            let old = try await ask()
            server.clock.advance(by: .seconds(3600))
            #expect(try await call(.post, "\(path)/reset", json: reset(old)).status == 422)
            let (first, second) = (try await ask(), try await ask())
            #expect(try await call(.post, "\(path)/reset", json: reset(second)).status == 204)
            #expect(try await call(.post, "\(path)/reset", json: reset(first)).status == 422)
        }
    }

    @Test("an address that nobody has is answered alike and gets no mail; one that has gets three an hour")
    func limits() async throws {
        try await TestServer.with { server, call in
            _ = try await server.found("ada", call)
            let known = try await call(.post, "\(path)/forgot", json: forgotten)
            let unknown = try await call(.post, "\(path)/forgot", json: forgotten.replacing("ada", with: "eve"))
            #expect(unknown.status == 202)
            #expect(unknown.text == known.text)
            for _ in 0..<5 { #expect(try await call(.post, "\(path)/forgot", json: forgotten).status == 202) }
            await server.post.sendWaiting()
            #expect(server.outbox.mails.map(\.to) == Array(repeating: "ada@example.com", count: 3))
            server.clock.advance(by: .seconds(3601))
            try await call(.post, "\(path)/forgot", json: forgotten)
            await server.post.sendWaiting()
            #expect(server.outbox.mails.count == 4)
        }
    }

    @Test("where links cannot be sent, none is made")
    func noMail() async throws {
        try await TestServer.with(delivery: .none) { server, call in
            _ = try await server.found("ada", call)
            #expect(try await call(.get, "/api/v1/auth/setup")["mail"] == false)
            #expect(try await call(.post, "\(path)/forgot", json: forgotten).status == 202)
            await server.post.sendWaiting()
            #expect(server.outbox.mails == [])
            let count = try await server.database.read { try $0.count("SELECT count(*) FROM password_resets") }
            #expect(count == 0)
        }
    }

    @Test("the operator sets a lost password and ends a lockout")
    func operating() async throws {
        try await TestServer.with { server, call in
            _ = try await server.found("ada", call)
            for _ in 0..<10 { try await call(.post, "/api/v1/auth/login", json: newLogin) }
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 423)
            _ = try await server.accounts.unlock("ADA@example.com")
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 200)
            _ = try await server.accounts.setPassword(of: "ada@example.com", to: "battery staple")
            #expect(try await call(.post, "/api/v1/auth/login", json: newLogin).status == 200)
            await #expect(throws: LoupeError.self) { try await server.accounts.unlock("eve@example.com") }
        }
    }
}
