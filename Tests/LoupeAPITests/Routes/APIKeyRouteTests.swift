import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("API keys")
struct APIKeyRouteTests {
    private let path = "/api/v1/api-keys"
    private let queries = "/api/v1/queries"

    private func make(
        _ account: TestAccount,
        _ call: TestCalls,
        _ more: String = ""
    ) async throws -> (id: String, key: String) {
        let answer = try await call(.post, path, token: account.token, json: "{\"name\":\"nightly\"\(more)}")
        #expect(answer.status == 201)
        return (try #require(answer.text("id")), try #require(answer.text("key")))
    }

    @Test("a key is shown once, works as its owner, and is ended")
    func life() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let made = try await call(.post, path, token: ada.token, json: #"{"name":"nightly"}"#)
            #expect(made.headers[.cacheControl] == "private, no-store")
            let key = try #require(made.text("key"))
            #expect(key.hasPrefix("loupe_"))
            #expect(made.text("prefix") == String(key.prefix(12)))
            #expect(made["role"] == "admin")
            #expect(made["last_used_at"] == .null)
            #expect(try await call(.get, queries, token: key).status == 200)
            #expect(try await call(.get, queries, token: key + "x").status == 401)
            #expect(try await call(.get, queries, token: "loupe_" + String(key.dropFirst(6).reversed())).status == 401)
            let list = try await call(.get, path, token: ada.token)
            #expect(list["items", "0", "name"] == "nightly")
            #expect(!list.text.contains(key))
            let stored = try await server.database.read { transaction in
                try transaction.count("SELECT count(*) FROM api_keys WHERE length(key_hash) = 32")
            }
            #expect(stored == 1)
            let id = try #require(made.text("id"))
            #expect(try await call(.delete, "\(path)/\(id)", token: ada.token).status == 204)
            #expect(try await call(.get, queries, token: key).status == 401)
            #expect(try await call(.delete, "\(path)/\(id)", token: ada.token).status == 404)
        }
    }

    @Test("a key has a role of at most its owner's, also when the owner is demoted later")
    func roles() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let over = try await call(.post, path, token: ed.token, json: #"{"name":"x","role":"admin"}"#)
            #expect(over.status == 422)
            #expect(over.errorFields == ["role"])
            let (_, reading) = try await make(ed, call, #","role":"viewer""#)
            let (_, writing) = try await make(ed, call)
            let datasource = try await QueryRouteTests.makeDatasource(ada, call)
            let query = "{\"datasource_id\":\"\(datasource)\",\"name\":\"q\",\"sql\":\"SELECT 1\"}"
            #expect(try await call(.post, queries, token: reading, json: query).status == 403)
            #expect(try await call(.post, queries, token: writing, json: query).status == 201)
            let role = "/api/v1/organizations/users/\(ed.user)/role"
            #expect(try await call(.put, role, token: ada.token, json: #"{"role":"viewer"}"#).status == 200)
            #expect(try await call(.post, queries, token: writing, json: query).status == 403)
            #expect(try await call(.get, path, token: ed.token)["items", "0", "role"] == "viewer")
        }
    }

    @Test("a key ends by its time and with its owner")
    func ends() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let past = "{\"name\":\"x\",\"expires_at\":\"\(server.clock.now)\"}"
            #expect(try await call(.post, path, token: ed.token, json: past).errorFields == ["expires_at"])
            let (_, short) = try await make(ed, call, ",\"expires_at\":\"\(server.clock.now + .seconds(60))\"")
            let (_, long) = try await make(ed, call)
            #expect(try await call(.get, queries, token: short).status == 200)
            server.clock.advance(by: .seconds(60))
            #expect(try await call(.get, queries, token: short).status == 401)
            #expect(try await call(.get, queries, token: long).status == 200)
            let user = "/api/v1/organizations/users/\(ed.user)"
            #expect(try await call(.delete, user, token: ada.token).status == 204)
            #expect(try await call(.get, queries, token: long).status == 401)
        }
    }

    @Test("a key reaches neither accounts nor keys, invitations and roles")
    func walls() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let (id, key) = try await make(ada, call)
            let routes: [(method: String, path: String, json: String?)] = [
                ("GET", "auth/me", nil), ("PUT", "auth/me", #"{"name":"x"}"#), ("GET", "auth/sessions", nil),
                ("DELETE", "auth/sessions/\(id)", nil), ("GET", "auth/me/preferences", nil),
                ("PUT", "auth/me/preferences", "{}"), ("POST", "auth/logout", nil),
                ("POST", "auth/password/change", #"{"current_password":"x","new_password":"battery staple"}"#),
                ("GET", "api-keys", nil), ("POST", "api-keys", #"{"name":"x"}"#), ("DELETE", "api-keys/\(id)", nil),
                ("GET", "organizations/invitations", nil),
                ("POST", "organizations/invitations", #"{"email":"x@example.com","role":"admin"}"#),
                ("DELETE", "organizations/invitations/\(id)", nil),
                ("PUT", "organizations/users/\(ed.user)/role", #"{"role":"admin"}"#),
                ("DELETE", "organizations/users/\(ed.user)", nil),
            ]
            for route in routes {
                let method = try #require(HTTPRequest.Method(rawValue: route.method))
                let answer = try await call(method, "/api/v1/\(route.path)", token: key, json: route.json)
                #expect(answer.status == 403, "\(route.method) \(route.path)")
            }
            #expect(try await call(.get, "/api/v1/organizations/users", token: key).status == 200)
        }
    }

    @Test("one sees and ends one's own keys, an admin everybody's, nobody another organization's")
    func others() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let eve = try await server.found("eve", call)
            let (adas, _) = try await make(ada, call)
            let (eds, key) = try await make(ed, call)
            #expect(try await call(.get, path, token: ada.token)["total"] == 2)
            #expect(try await call(.get, path, token: ed.token)["total"] == 1)
            #expect(try await call(.get, path, token: eve.token)["total"] == 0)
            #expect(try await call(.delete, "\(path)/\(adas)", token: ed.token).status == 404)
            #expect(try await call(.delete, "\(path)/\(eds)", token: eve.token).status == 404)
            #expect(try await call(.delete, "\(path)/\(eds)", token: ada.token).status == 204)
            #expect(try await call(.get, queries, token: key).status == 401)
        }
    }

    @Test("the last use is kept to the minute, and the first in a day is in the audit log")
    func use() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let (id, key) = try await make(ada, call)
            func useAndLook() async throws -> JSONValue? {
                try await call(.get, queries, token: key)
                try await server.accounts.seen.flush()
                return try await call(.get, path, token: ada.token)["items", "0", "last_used_at"]
            }
            let first = server.clock.now
            #expect(try await useAndLook() == .string(first.description))
            server.clock.advance(by: .seconds(30))
            #expect(try await useAndLook() == .string(first.description))
            server.clock.advance(by: .seconds(90))
            #expect(try await useAndLook() == .string(server.clock.now.description))
            server.clock.advance(by: .seconds(22 * 3600))
            _ = try await useAndLook()
            let audit = "/api/v1/organizations/audit-log?action=api_key.use"
            let log = try await call(.get, audit, token: ada.token)
            #expect(log["total"] == 2)
            #expect(log["items", "0", "object", "id"] == .string(id))
            #expect(log["items", "0", "actor", "kind"] == "api_key")
            #expect(log["items", "0", "actor", "name"] == "nightly")
            #expect(log["items", "0", "address"] != .null)
        }
    }

    @Test("what a key does is in the audit log under its name")
    func actor() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let (_, key) = try await make(ada, call)
            server.clock.advance(by: .seconds(1))
            _ = try await call(
                .post,
                "/api/v1/datasources",
                token: key,
                json: #"{"name":"d","connection_string":"postgres://u:p@db/app"}"#
            )
            let log = try await AuditRepository(server.database).list(ListRequest(limit: 1), in: ada.organization).items
            #expect(log.first?.action == "datasource.create")
            #expect(log.first?.actorKind == .apiKey)
            #expect(log.first?.actorName == "nightly")
            #expect(log.first?.actorID == ada.user)
        }
    }
}
