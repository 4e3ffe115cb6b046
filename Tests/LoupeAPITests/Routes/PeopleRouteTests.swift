import HTTPTypes
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeAPI

@Suite("People")
struct PeopleRouteTests {
    private let path = "/api/v1/organizations/users"

    @Test("people are found by name and address, filtered by role and sorted")
    func list() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            _ = try await server.join("vic", .viewer, ada, call)
            _ = try await server.found("eve", call)
            func names(_ query: String) async throws -> [JSONValue?] {
                let answer = try await call(.get, "\(path)?\(query)", token: ada.token)
                return (0..<3).map { answer["items", "\($0)", "name"] }
            }
            #expect(try await names("") == ["ada", "ed", "vic"])
            #expect(try await names("sort_by=email&sort_direction=desc") == ["vic", "ed", "ada"])
            #expect(try await names("search=ED@EXAMPLE") == ["ed", nil, nil])
            #expect(try await names("role=viewer") == ["vic", nil, nil])
            #expect(try await call(.get, "\(path)?sort_by=role", token: ada.token).status == 400)
            #expect(try await call(.get, "\(path)?role=owner", token: ada.token).status == 400)
            #expect(try await call(.get, path, token: ed.token).status == 403)
        }
    }

    @Test("an admin changes roles, at once; others may not, and other organizations' people are not there")
    func roles() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            let eve = try await server.found("eve", call)
            let role = #"{"role":"admin"}"#
            #expect(try await call(.put, "\(path)/\(ed.user)/role", token: ed.token, json: role).status == 403)
            #expect(try await call(.put, "\(path)/\(ed.user)/role", token: eve.token, json: role).status == 404)
            #expect(try await call(.put, "\(path)/\(ed.user)/role", token: ada.token, json: "{}").status == 400)
            let wrong = try await call(.put, "\(path)/\(ed.user)/role", token: ada.token, json: #"{"role":"owner"}"#)
            #expect(wrong.errorFields == ["role"])
            #expect(try await call(.get, "\(path)/../audit-log", token: ed.token).status == 404)
            let changed = try await call(.put, "\(path)/\(ed.user)/role", token: ada.token, json: role)
            #expect(changed["role"] == "admin")
            let audit = "/api/v1/organizations/audit-log?action=user.role"
            let log = try await call(.get, audit, token: ed.token)
            #expect(log["items", "0", "details"] == ["from": "editor", "to": "admin"])
            #expect(log["items", "0", "object", "name"] == "ed")
        }
    }

    @Test("a removed person is out at once, the address is free, and schedules pass to the remover")
    func removal() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let ed = try await server.join("ed", .editor, ada, call)
            #expect(try await call(.get, "/api/v1/auth/me", token: ed.token).status == 200)
            #expect(try await call(.delete, "\(path)/\(ed.user)", token: ed.token).status == 403)
            let datasource = try await QueryRouteTests.makeDatasource(ada, call)
            let query = "{\"datasource_id\":\"\(datasource)\",\"name\":\"q\",\"sql\":\"SELECT 1\"}"
            let made = try await call(.post, "/api/v1/queries", token: ed.token, json: query)
            let queryID = try #require(made.text("id").flatMap { SavedQuery.ID($0) })
            try await Self.addSchedule(of: ed, query: queryID, to: server)
            #expect(try await call(.delete, "\(path)/\(ed.user)", token: ada.token).status == 204)
            #expect(try await call(.get, "/api/v1/auth/me", token: ed.token).status == 401)
            #expect(try await call(.delete, "\(path)/\(ed.user)", token: ada.token).status == 404)
            let owned = try await server.database.read { transaction in
                try transaction.count("SELECT count(*) FROM schedules WHERE created_by = \(ada.user)")
            }
            #expect(owned == 1)
            let saved = try await call(.get, "/api/v1/queries/\(queryID)", token: ada.token)
            #expect(saved["created_by_name"] == "ed")
            let login = #"{"email":"ed@example.com","password":"correct horse"}"#
            #expect(try await call(.post, "/api/v1/auth/login", json: login).status == 401)
            #expect(try await call(.post, "/api/v1/auth/register", json: server.registration("ed")).status == 201)
        }
    }

    private static func addSchedule(of account: TestAccount, query: SavedQuery.ID, to server: TestServer) async throws {
        let id: Identifier<Void> = server.clock.surroundings.newID()
        let now = server.clock.now
        try await server.database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO objects (org_id, id, kind) VALUES (\(account.organization), \(id), 'schedule')
                """
            )
            try transaction.execute(
                """
                INSERT INTO schedules (org_id, id, query_id, name, name_key, cron_expression, timezone, created_by,
                created_at, updated_at) VALUES (\(account.organization), \(id), \(query), 's', 's', '0 8 * * *', 'UTC',
                \(account.user), \(now), \(now))
                """
            )
        }
    }

    @Test("the last admin can be neither demoted nor removed, and nobody removes themselves")
    func lastAdmin() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let role = #"{"role":"viewer"}"#
            #expect(try await call(.put, "\(path)/\(ada.user)/role", token: ada.token, json: role).status == 409)
            #expect(try await call(.delete, "\(path)/\(ada.user)", token: ada.token).status == 409)
            let bo = try await server.join("bo", .admin, ada, call)
            #expect(try await call(.delete, "\(path)/\(ada.user)", token: ada.token).status == 409)
            #expect(try await call(.put, "\(path)/\(ada.user)/role", token: ada.token, json: role).status == 200)
            #expect(try await call(.put, "\(path)/\(bo.user)/role", token: bo.token, json: role).status == 409)
        }
    }

    @Test("two admins who remove or demote each other at once leave one", arguments: StoreKind.allCases)
    func race(kind: StoreKind) async throws {
        try await TestServer.with(on: kind) { server, call in
            for round in 0..<4 {
                let ada = try await server.found("ada\(round)", call)
                let bo = try await server.join("bo\(round)", .admin, ada, call)
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for (actor, victim) in [(ada, bo), (bo, ada)] {
                        group.addTask {
                            if round % 2 == 0 {
                                return try await call(.delete, "\(path)/\(victim.user)", token: actor.token).status
                            }
                            let role = #"{"role":"editor"}"#
                            let one = "\(path)/\(victim.user)/role"
                            return try await call(.put, one, token: actor.token, json: role).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.filter { $0 < 300 }.count == 1, "\(statuses)")
                let admins = try await server.database.read { transaction in
                    try transaction.count(
                        """
                        SELECT count(*) FROM users
                        WHERE org_id = \(ada.organization) AND role = 'admin' AND deleted_at IS NULL
                        """
                    )
                }
                #expect(admins == 1)
            }
        }
    }

    @Test("fifty registrations of one address at once make one account", arguments: StoreKind.allCases)
    func registrations(kind: StoreKind) async throws {
        try await TestServer.with(on: kind) { server, call in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await call(.post, "/api/v1/auth/register", json: server.registration("ada")).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(statuses.filter { $0 == 409 }.count == 49)
            let counts = try await server.database.read { transaction in
                (
                    try transaction.count("SELECT count(*) FROM users"),
                    try transaction.count("SELECT count(*) FROM organizations")
                )
            }
            #expect(counts.0 == 1)
            #expect(counts.1 == 1)
        }
    }

    @Test("the organization's settings are checked, each by name, and their changes audited")
    func settings() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let current = "/api/v1/organizations/current"
            let before = try await call(.get, current, token: ada.token)
            let tag = try #require(before.headers[.eTag])
            let wrong = """
                {"name":" ","settings":{"time_zone":"Mars/Olympus","first_day_of_week":7,"run_retention_days":0,\
                "max_concurrent_runs":1001,"registration":"maybe"}}
                """
            let refused = try await call(.put, current, token: ada.token, json: wrong)
            #expect(refused.status == 422)
            #expect(
                refused.errorFields == [
                    "name", "settings.time_zone", "settings.first_day_of_week", "settings.run_retention_days",
                    "settings.max_concurrent_runs", "settings.registration",
                ]
            )
            let right = #"{"settings":{"time_zone":"Europe/Berlin","first_day_of_week":0}}"#
            let changed = try await call(.patch, current, token: ada.token, json: right, headers: [.ifMatch: tag])
            #expect(changed["settings", "time_zone"] == "Europe/Berlin")
            #expect(changed["settings", "date_format"] == "iso")
            let stale = try await call(.patch, current, token: ada.token, json: right, headers: [.ifMatch: tag])
            #expect(stale.status == 412)
            let audit = "/api/v1/organizations/audit-log?action=organization.update"
            let log = try await call(.get, audit, token: ada.token)
            #expect(log["items", "0", "details"] == ["time_zone": "Europe/Berlin", "first_day_of_week": 0])
        }
    }

    @Test("preferences are merged, kept as they are, and bounded")
    func preferences() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = "/api/v1/auth/me/preferences"
            #expect(try await call(.get, path, token: ada.token).text == "{}")
            let first = #"{"theme":"dark","x":{"unknown":[1,2.50]},"gone":1}"#
            #expect(try await call(.put, path, token: ada.token, json: first).status == 200)
            try await call(.patch, path, token: ada.token, json: #"{"theme":"light","gone":null}"#)
            let kept = try await call(.get, path, token: ada.token)
            #expect(kept["theme"] == "light")
            #expect(kept["x", "unknown", "1"] == .number("2.50"))
            #expect(kept["gone"] == nil)
            let half = "{\"half\":\"\(String(repeating: "x", count: 9000))\"}"
            #expect(try await call(.put, path, token: ada.token, json: half).status == 200)
            #expect(
                try await call(.put, path, token: ada.token, json: half.replacing("half", with: "rest")).status == 422
            )
            let large = "{\"a\":\"\(String(repeating: "x", count: 16_384))\"}"
            #expect(try await call(.put, path, token: ada.token, json: large).status == 422)
            #expect(try await call(.put, path, token: ada.token, json: "[]").status == 400)
            let ed = try await server.join("ed", .viewer, ada, call)
            #expect(try await call(.get, path, token: ed.token).text == "{}")
        }
    }
}
