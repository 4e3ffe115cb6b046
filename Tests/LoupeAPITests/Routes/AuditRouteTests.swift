import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("The audit log")
struct AuditRouteTests {
    private let path = "/api/v1/organizations/audit-log"
    private let login = #"{"email":"ada@example.com","password":"correct horse"}"#

    @Test("an admin sees who came in, who failed and who was locked out, newest first")
    func signIns() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let wrong = login.replacing("horse", with: "hose")
            for _ in 0..<10 {
                server.clock.advance(by: .seconds(1))
                try await call(.post, "/api/v1/auth/login", json: wrong)
            }
            server.clock.advance(by: .seconds(60))
            let again = try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
            server.clock.advance(by: .seconds(1))
            try await call(.post, "/api/v1/auth/logout", token: again.token)
            let log = try await call(.get, path, token: ada.token)
            #expect(log.status == 200)
            #expect(log["total"] == 13)
            let expected =
                ["session.logout", "session.login", "session.locked"]
                + Array(repeating: "session.login_failed", count: 9) + ["account.register"]
            for (index, action) in expected.enumerated() {
                #expect(log["items", "\(index)", "action"] == .string(action))
            }
            #expect(log["items", "1", "actor", "name"] == "ada")
            #expect(log["items", "1", "actor", "kind"] == "user")
            #expect(log["items", "1", "object", "type"] == "session")
            #expect(log["items", "2", "actor", "kind"] == "system")
            #expect(log["items", "2", "actor", "id"] == .null)
            #expect(log["items", "2", "object", "name"] == "ada")
            for index in 0..<13 {
                #expect(log["items", "\(index)", "address"] != .null)
                #expect(log["items", "\(index)", "request_id"] != .null)
            }
        }
    }

    @Test("a deleted query leaves its name, and filters find it")
    func filters() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            server.clock.advance(by: .seconds(1))
            let datasource = try await QueryRouteTests.makeDatasource(ada, call)
            let query = "{\"datasource_id\":\"\(datasource)\",\"name\":\"Delays\",\"sql\":\"SELECT 1\"}"
            let made = try await call(.post, "/api/v1/queries", token: ada.token, json: query)
            let id = try #require(made.text("id"))
            server.clock.advance(by: .seconds(1))
            #expect(try await call(.delete, "/api/v1/queries/\(id)", token: ada.token).status == 204)
            for filter in ["action=query.delete", "object_id=\(id)", "limit=1", "actor_id=\(ada.user)&limit=1"] {
                let found = try await call(.get, "\(path)?\(filter)", token: ada.token)
                #expect(found["items", "0", "action"] == "query.delete")
                #expect(found["items", "0", "object", "name"] == "Delays")
                #expect(found["items", "1"] == nil)
            }
            let now = server.clock.now
            let before = try await call(.get, "\(path)?end_date=\(now)", token: ada.token)
            #expect(before["items", "0", "action"] == "datasource.create")
            let since = try await call(.get, "\(path)?start_date=\(now)", token: ada.token)
            #expect(since["total"] == 1)
            #expect(try await call(.get, "\(path)?action=query.eat", token: ada.token).status == 400)
            #expect(try await call(.get, "\(path)?sort_by=actor", token: ada.token).status == 400)
        }
    }

    @Test("it is for admins, and shows nobody another organization's")
    func access() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let eve = try await server.found("eve", call)
            #expect(try await call(.get, path).status == 401)
            #expect(try await call(.get, path, token: ed.token).status == 403)
            let foreign = try await call(.get, path, token: eve.token)
            #expect(foreign["total"] == 1)
            #expect(foreign["items", "0", "actor", "name"] == "eve")
        }
    }
}
