import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("Sessions")
struct SessionRouteTests {
    private let path = "/api/v1/auth/sessions"
    private let login = #"{"email":"ada@example.com","password":"correct horse"}"#

    @Test("one sees one's own sessions, which is the current, and ends another")
    func life() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            server.clock.advance(by: .seconds(1))
            let headers = try await call(.post, "/api/v1/auth/login", json: login, headers: [.userAgent: "Firefox"])
            let second = try TestAccount(headers)
            let list = try await call(.get, path, token: ada.token)
            #expect(list["total"] == 2)
            #expect(list["items", "0", "user_agent"] == "Firefox")
            #expect(list["items", "0", "current"] == false)
            #expect(list["items", "1", "current"] == true)
            #expect(list["items", "0", "address"] != .null)
            guard case .string(let id)? = list["items", "0", "id"] else { throw LoupeError.notFound("session") }
            #expect(try await call(.delete, "\(path)/\(id)", token: ed.token).status == 404)
            #expect(try await call(.get, "/api/v1/auth/me", token: second.token).status == 200)
            server.clock.advance(by: .seconds(1))
            #expect(try await call(.delete, "\(path)/\(id)", token: ada.token).status == 204)
            #expect(try await call(.get, "/api/v1/auth/me", token: second.token).status == 401)
            let refresh = "{\"refresh_token\":\"\(second.refreshToken)\"}"
            #expect(try await call(.post, "/api/v1/auth/refresh", json: refresh).status == 401)
            #expect(try await call(.get, "/api/v1/auth/me", token: ada.token).status == 200)
            #expect(try await call(.get, path, token: ada.token)["total"] == 1)
            let log = try await AuditRepository(server.database).list(ListRequest(limit: 1), in: ada.organization)
            #expect(log.items.first?.action == "session.revoke")
        }
    }

    @Test("in another process too a revoked session's token stops within five seconds")
    func elsewhere() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let clock = server.clock
            let other = Authenticator(
                accounts: server.accounts,
                surroundings: clock.surroundings,
                instant: { clock.instant }
            )
            let header = "Bearer \(ada.token)"
            let identity = try await other.identity(authorization: header)
            let session = try #require(identity.session)
            #expect(try await call(.delete, "\(path)/\(session)", token: ada.token).status == 204)
            clock.advance(by: .seconds(5))
            await #expect(throws: LoupeError.self) { try await other.identity(authorization: header) }
        }
    }

    @Test("when a session was last seen is written to the minute, in one batch")
    func lastSeen() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let start = server.clock.now
            func seenAt() async throws -> JSONValue? {
                try await server.accounts.seen.flush()
                return try await call(.get, path, token: ada.token)["items", "0", "last_seen_at"]
            }
            server.clock.advance(by: .seconds(30))
            try await call(.get, "/api/v1/auth/me", token: ada.token)
            #expect(try await seenAt() == .string(start.description))
            server.clock.advance(by: .seconds(30))
            try await call(.get, "/api/v1/auth/me", token: ada.token)
            #expect(try await seenAt() == .string((start + .seconds(60)).description))
        }
    }
}
