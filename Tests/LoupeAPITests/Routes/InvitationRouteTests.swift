import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("Invitations")
struct InvitationRouteTests {
    private let path = "/api/v1/organizations/invitations"
    private let accepting = "/api/v1/auth/invitations/accept"

    private func invitation(_ name: String, _ role: Role = .editor) -> String {
        "{\"email\":\"\(name)@example.com\",\"role\":\"\(role.rawValue)\"}"
    }

    private func acceptance(_ answer: TestAnswer, password: String = "correct horse") throws -> String {
        let link = try #require(answer.text("link"))
        let token = link.drop { $0 != "#" }.dropFirst()
        return "{\"token\":\"\(token)\",\"name\":\"Ed\",\"password\":\"\(password)\"}"
    }

    @Test("an invited person joins with the role they were invited to, once, under that address")
    func life() async throws {
        try await TestServer.with(registration: .invite) { server, call in
            let ada = try await server.found("ada", call)
            let made = try await call(.post, path, token: ada.token, json: invitation("ed"))
            #expect(made.status == 201)
            #expect(made.headers[.cacheControl] == "private, no-store")
            #expect(made["role"] == "editor")
            #expect(made["expires_at"] == .string((server.clock.now + .seconds(7 * 86_400)).description))
            #expect(made.text("link")?.hasPrefix("https://loupe.example/invitation#") == true)
            await server.post.sendWaiting()
            let mail = try #require(server.outbox.mails.first)
            #expect(mail.to == "ed@example.com")
            #expect(mail.link == made.text("link"))
            #expect(mail.subject == "ada invites you to ada's team on Loupe")
            let list = try await call(.get, path, token: ada.token)
            #expect(list["items", "0", "email"] == "ed@example.com")
            #expect(list["items", "0", "link"] == nil)
            let weak = try await call(.post, accepting, json: acceptance(made, password: "qwertyuiop"))
            #expect(weak.errorFields == ["password"])
            let accepted = try await call(.post, accepting, json: acceptance(made))
            #expect(accepted.status == 201)
            #expect(accepted.headers[.setCookie]?.hasPrefix("loupe_refresh=") == true)
            #expect(accepted["user", "email"] == "ed@example.com")
            #expect(accepted["user", "role"] == "editor")
            let ed = try TestAccount(accepted)
            #expect(ed.organization == ada.organization)
            #expect(try await call(.post, accepting, json: acceptance(made)).errorFields == ["token"])
            #expect(try await call(.get, path, token: ada.token)["total"] == 0)
            #expect(try await call(.post, path, token: ada.token, json: invitation("ed")).status == 409)
            #expect(try await call(.get, path, token: ed.token).status == 403)
        }
    }

    @Test("an invitation ends by its time, by being taken back and by a newer one")
    func ends() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let eve = try await server.found("eve", call)
            let first = try await call(.post, path, token: ada.token, json: invitation("ed"))
            let second = try await call(.post, path, token: ada.token, json: invitation("ED", .viewer))
            #expect(try await call(.get, path, token: ada.token)["total"] == 1)
            #expect(try await call(.post, accepting, json: acceptance(first)).status == 422)
            let id = try #require(second.text("id"))
            #expect(try await call(.delete, "\(path)/\(id)", token: eve.token).status == 404)
            #expect(try await call(.delete, "\(path)/\(id)", token: ada.token).status == 204)
            #expect(try await call(.delete, "\(path)/\(id)", token: ada.token).status == 404)
            #expect(try await call(.post, accepting, json: acceptance(second)).status == 422)
            let third = try await call(.post, path, token: ada.token, json: invitation("ed"))
            server.clock.advance(by: .seconds(7 * 86_400))
            #expect(try await call(.post, accepting, json: acceptance(third)).status == 422)
        }
    }

    @Test("an address with an account elsewhere is refused when it accepts, not when it is invited")
    func elsewhere() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            _ = try await server.found("eve", call)
            let made = try await call(.post, path, token: ada.token, json: invitation("eve"))
            #expect(made.status == 201)
            #expect(try await call(.post, accepting, json: acceptance(made)).status == 409)
            #expect(try await call(.get, path, token: ada.token)["total"] == 1)
        }
    }

    @Test("two who accept one invitation at once make one account")
    func race() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let body = try acceptance(try await call(.post, path, token: ada.token, json: invitation("ed")))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await call(.post, accepting, json: body).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(statuses.allSatisfy { [201, 409, 422].contains($0) })
        }
    }

    @Test("closed takes no new accounts, invited or not")
    func closed() async throws {
        try await TestServer.with(registration: .closed) { server, call in
            let ada = try await server.found("ada", call)
            #expect(try await call(.post, path, token: ada.token, json: invitation("ed")).status == 403)
            let open = #"{"settings":{"registration":"invite"}}"#
            #expect(
                try await call(.put, "/api/v1/organizations/current", token: ada.token, json: open).status == 200
            )
            let made = try await call(.post, path, token: ada.token, json: invitation("ed"))
            #expect(made.status == 201)
            let close = #"{"settings":{"registration":"closed"}}"#
            try await call(.put, "/api/v1/organizations/current", token: ada.token, json: close)
            #expect(try await call(.post, accepting, json: acceptance(made)).status == 403)
        }
    }

    @Test("fields are checked by name")
    func fields() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let none = try await call(.post, path, token: ada.token, json: "{}")
            #expect(none.status == 400)
            #expect(none.errorFields == ["email", "role"])
            let wrong = try await call(.post, path, token: ada.token, json: #"{"email":"x","role":"owner"}"#)
            #expect(wrong.status == 422)
            #expect(wrong.errorFields == ["email", "role"])
        }
    }
}
