import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/datasources and /queries", .onBothStores)
struct QueryRouteTests {
    static let datasource = #"{"name":"Shop","connection_string":"postgres://reader:secret@db/app"}"#

    static func makeDatasource(_ account: TestAccount, _ call: TestCalls) async throws -> String {
        let answer = try await call(.post, "/api/v1/datasources", token: account.token, json: datasource)
        #expect(answer.status == 201)
        return try #require(answer.text("id"))
    }

    static func makeQuery(
        _ name: String,
        sql: String = "SELECT 1",
        on datasource: String,
        _ account: TestAccount,
        _ call: TestCalls
    ) async throws -> TestAnswer {
        let json =
            "{\"datasource_id\":\"\(datasource)\",\"name\":\"\(name)\",\"sql\":\"\(sql)\",\"tags\":[\"b\",\"a\",\"b\"]}"
        return try await call(.post, "/api/v1/queries", token: account.token, json: json)
    }

    @Test("a datasource's secret goes in and never comes out")
    func datasource() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let viewer = try await server.join("vic", .viewer, ada, call)
            let new = try await call(.post, "/api/v1/datasources", token: ada.token, json: Self.datasource)
            #expect(new.status == 201)
            #expect(!new.text.contains("secret"))
            #expect(new["connection", "host"] == "db")
            #expect(new["ds_type"] == "postgres")
            #expect(new["created_by_name"] == "ada")
            let path = try #require(new.headers[.location])
            let seen = try await call(.get, path, token: viewer.token)
            #expect(seen["connection"] == .null)
            #expect(seen["name"] == "Shop")
            let change = #"{"max_concurrency": 9, "max_cost": 100.5, "allow_unparsed": true}"#
            let changed = try await call(
                .patch,
                path,
                token: ada.token,
                json: change,
                headers: [.ifMatch: new.headers[.eTag] ?? ""]
            )
            #expect(changed.status == 200)
            #expect(changed["max_concurrency"] == 9)
            #expect(changed["max_cost"] == .number("100.5"))
            #expect(changed["allow_unparsed"] == true)
            let cleared = try await call(.put, path, token: ada.token, json: #"{"max_cost": null}"#)
            #expect(cleared["max_cost"] == .null)
            let list = try await call(.get, "/api/v1/datasources?search=SHO", token: viewer.token)
            #expect(list["total"] == 1)
            #expect(try await call(.delete, path, token: viewer.token).status == 403)
            #expect(try await call(.delete, path, token: ada.token).status == 204)
            #expect(try await call(.get, path, token: ada.token).status == 404)
        }
    }

    @Test(
        "a connection comes as a string or as fields",
        arguments: [
            (#"{"name":"a"}"#, 400), (#"{"name":"a","connection_string":7}"#, 400),
            (#"{"name":"a","connection_string":"mysql://x"}"#, 422),
            (#"{"name":"a","connection_string":"postgres://x","connection":{"host":"y"}}"#, 422),
            (#"{"name":"a","connection":{"host":"y","port":0}}"#, 422),
            (#"{"name":"a","connection":{"host":"y"}}"#, 201),
            (#"{"name":"a","ds_type":"oracle","connection_string":"postgres://x"}"#, 422),
        ]
    )
    func connection(_ json: String, _ status: Int) async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            #expect(try await call(.post, "/api/v1/datasources", token: ada.token, json: json).status == status)
        }
    }

    @Test("tests and schemas are a runner's work, and what it answers is what the client gets")
    func errands() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let id = try await Self.makeDatasource(ada, call)
            let path = "/api/v1/datasources/\(id)"
            async let tested = call(.post, "\(path)/test", token: ada.token)
            let answer: JSONValue = ["success": true, "message": "ok", "latency_ms": 3, "warnings": []]
            try await server.carryOut(.test, .completed(answer))
            #expect(try await tested.json == answer)
            #expect(try await call(.get, path, token: ada.token)["last_test", "success"] == true)
            async let unsaved = call(.post, "/api/v1/datasources/test", token: ada.token, json: Self.datasource)
            let refused: JSONValue = ["success": false, "message": "wrong password", "latency_ms": nil, "warnings": []]
            try await server.carryOut(.test, .completed(refused))
            #expect(try await unsaved.json == refused)
            async let schema = call(.get, "\(path)/schema?search=ORD", token: ada.token)
            let tables: JSONValue = [
                ["schema": "public", "name": "orders", "kind": "table", "columns": []],
                ["schema": "public", "name": "people", "kind": "table", "columns": []],
            ]
            try await server.carryOut(.introspect, .completed(tables))
            #expect(try await schema["0", "name"] == "orders")
            #expect(try await schema["1"] == nil)
            let cached = try await call(.get, "\(path)/schema", token: ada.token)
            #expect(cached["1", "name"] == "people")
            let preview = #"{"schema":"public","table":"orders","limit":5}"#
            let run = try await call(.post, "\(path)/preview", token: ada.token, json: preview)
            #expect(run.status == 201)
            #expect(run["max_rows"] == 5)
            async let failing = call(.get, "\(path)/schema?refresh", token: ada.token)
            try await server.carryOut(.introspect, .failed(QueryFailure(code: "08006", message: "the host is unknown")))
            let failed = try await failing
            #expect(failed.status == 502)
            #expect(!failed.text.contains("the host is unknown"))
            #expect(
                server.lines.all.contains { line in line.metadata.values.contains { $0.contains("the host is unknown") }
                }
            )
            for (code, status) in [("internal_error", 500), ("runner_lost", 503)] {
                async let broken = call(.post, "\(path)/test", token: ada.token)
                try await server.carryOut(.test, .failed(QueryFailure(code: code, message: "broken")))
                #expect(try await broken.status == status)
            }
        }
    }

    @Test("what leaves and what is connected stands in the audit log, with its place")
    func audit() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let id = try await Self.makeDatasource(ada, call)
            let path = "/api/v1/datasources/\(id)"
            async let tested = call(.post, "/api/v1/datasources/test", token: ada.token, json: Self.datasource)
            try await server.carryOut(.test, .completed(["success": true]))
            #expect(try await tested.status == 200)
            let adHoc = "{\"datasource_id\":\"\(id)\",\"sql\":\"SELECT 2\"}"
            let run = try await call(.post, "/api/v1/runs/execute", token: ada.token, json: adHoc)
            try await server.complete(server.claim(), rows: [(1, "a")])
            let location = try #require(run.headers[.location])
            for suffix in ["csv", "ndjson"] {
                #expect(try await call(.get, "\(location)/result.\(suffix)", token: ada.token).status == 200)
            }
            #expect(try await call(.post, "/api/v1/organizations/sample", token: ada.token).status == 201)
            #expect(try await call(.patch, path, token: ada.token, json: #"{"name":"New"}"#).status == 200)
            #expect(try await call(.delete, path, token: ada.token).status == 204)
            let log = try await AuditRepository(server.database).list(ListRequest(), in: ada.organization).items
            let expected = [
                "connection.test", "datasource.create", "datasource.delete", "datasource.update", "result.download",
                "result.download", "sample.attach",
            ]
            #expect(log.map(\.action).filter { expected.contains($0) }.sorted() == expected)
            #expect(log.allSatisfy { $0.actorName == "ada" && $0.address != nil && $0.requestID != nil })
        }
    }

    @Test("a query is made, read, changed and removed")
    func life() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let datasource = try await Self.makeDatasource(ada, call)
            let new = try await Self.makeQuery("First", on: datasource, ada, call)
            #expect(new.status == 201)
            #expect(new["tags"] == ["a", "b"])
            #expect(new["timeout_seconds"] == 30)
            #expect(new["description"] == "")
            let path = try #require(new.headers[.location])
            let read = try await call(.get, path, token: ada.token)
            #expect(read.text == new.text)
            let tag = try #require(read.headers[.eTag])
            #expect(try await call(.get, path, token: ada.token, headers: [.ifNoneMatch: tag]).status == 304)
            let change = #"{"name":"Second","max_rows":5,"description":"d"}"#
            let changed = try await call(.put, path, token: ada.token, json: change, headers: [.ifMatch: tag])
            #expect(changed.status == 200)
            #expect(changed["name"] == "Second")
            #expect(changed["sql"] == "SELECT 1")
            let stale = try await call(.put, path, token: ada.token, json: change, headers: [.ifMatch: tag])
            #expect(stale.status == 412)
            #expect(try await call(.delete, path, token: ada.token, headers: [.ifMatch: tag]).status == 412)
            #expect(try await call(.delete, path, token: ada.token).status == 204)
            #expect(try await call(.get, path, token: ada.token).status == 404)
        }
    }

    @Test("SQL that the guard refuses is not saved, and validate says why")
    func rejected() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let datasource = try await Self.makeDatasource(ada, call)
            let refused = try await Self.makeQuery("x", sql: "DROP TABLE t", on: datasource, ada, call)
            #expect(refused.status == 422)
            #expect(refused.errorType == "query_rejected")
            #expect(refused["error", "details", "0", "position"] == 1)
            let json = "{\"datasource_id\":\"\(datasource)\",\"sql\":\"DROP TABLE t\"}"
            let validation = try await call(.post, "/api/v1/queries/validate", token: ada.token, json: json)
            #expect(validation.status == 200)
            #expect(validation["valid"] == false)
            #expect(validation["errors", "0", "code"] == "not_a_select")
            let good = json.replacing("DROP TABLE t", with: "SHOW :a")
            let valid = try await call(.post, "/api/v1/queries/validate", token: ada.token, json: good)
            #expect(valid["valid"] == true)
            #expect(valid["parameters"] == ["a"])
            #expect(valid["statement"] == "show")
        }
    }

    @Test(
        "what the planner says of types is no problem while parameters have no values",
        arguments: [
            ("SELECT :a", "42883", true), ("SELECT :a", "22007", true), ("SELECT :a", "42P18", true),
            ("SELECT :a", "42P01", false), ("SELECT 1", "42883", false),
        ]
    )
    func untyped(_ sql: String, _ code: String, _ isValid: Bool) async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let datasource = try await Self.makeDatasource(ada, call)
            let json = "{\"datasource_id\":\"\(datasource)\",\"sql\":\"\(sql)\"}"
            async let answer = call(.post, "/api/v1/queries/validate", token: ada.token, json: json)
            try await server.carryOut(.explain, .failed(QueryFailure(code: code, message: "no")))
            #expect(try await answer["valid"] == .boolean(isValid))
        }
    }

    @Test("lists have pages, cursors and orders, and refuse what they do not know")
    func lists() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let datasource = try await Self.makeDatasource(ada, call)
            for name in ["c", "a", "b", "e", "d"] { _ = try await Self.makeQuery(name, on: datasource, ada, call) }
            let path = "/api/v1/queries?sort_by=name&limit=2"
            let first = try await call(.get, path, token: ada.token)
            #expect(first["items", "0", "name"] == "a")
            #expect(first["total"] == 5)
            #expect(first["page"] == 1)
            #expect(first["per_page"] == 2)
            #expect(first["total_pages"] == 3)
            #expect(first["has_next"] == true)
            #expect(first["has_prev"] == false)
            #expect(first["total_is_exact"] == nil)
            let cursor = try #require(first.text("next_cursor"))
            let second = try await call(.get, "\(path)&cursor=\(cursor)", token: ada.token)
            #expect(second["items", "0", "name"] == "c")
            #expect(second["page"] == .null)
            let last = try await call(.get, "\(path)&offset=4", token: ada.token)
            #expect(last["items", "0", "name"] == "e")
            #expect(last["has_next"] == false)
            #expect(last["next_cursor"] == .null)
            #expect(try await call(.get, "/api/v1/queries?limit=1000", token: ada.token)["per_page"] == 100)
            #expect(try await call(.get, "/api/v1/queries?limit=0", token: ada.token)["per_page"] == 1)
            #expect(try await call(.get, "/api/v1/queries?tags=a,b&search=SELECT", token: ada.token)["total"] == 5)
            #expect(try await call(.get, "/api/v1/queries?tags=a,z", token: ada.token)["total"] == 0)
            let unknown = try await call(.get, "/api/v1/queries?sort_by=sql", token: ada.token)
            #expect(unknown.status == 400)
            #expect(unknown.text.contains("name, created_at, updated_at"))
            let bad = [
                "offset=10001", "offset=-1", "offset=x", "limit=x", "cursor=nonsense", "sort_direction=up",
                "sort_by=created_at&cursor=\(cursor)", "datasource_id=1", "offset=1&cursor=\(cursor)",
            ]
            for query in bad {
                #expect(try await call(.get, "/api/v1/queries?\(query)", token: ada.token).status == 400)
            }
        }
    }

    @Test("another organization's objects are not found, exactly as if they did not exist")
    func isolation() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let eve = try await server.found("eve", call)
            let datasource = try await Self.makeDatasource(ada, call)
            let query = try #require(try await Self.makeQuery("q", on: datasource, ada, call).text("id"))
            let run = try await call(.post, "/api/v1/runs", token: ada.token, json: "{\"query_id\":\"\(query)\"}")
            let runID = try #require(run.text("id"))
            let nothing = "0196f000-0000-7000-8000-000000000000"
            let calls: [(HTTPRequest.Method, String, String?)] = [
                (.get, "queries/\(query)", nil), (.put, "queries/\(query)", #"{"name":"x"}"#),
                (.delete, "queries/\(query)", nil), (.get, "datasources/\(datasource)", nil),
                (.patch, "datasources/\(datasource)", #"{"name":"x"}"#), (.delete, "datasources/\(datasource)", nil),
                (.post, "datasources/\(datasource)/test", nil), (.get, "datasources/\(datasource)/schema", nil),
                (.post, "datasources/\(datasource)/preview", #"{"table":"t"}"#), (.get, "runs/\(runID)", nil),
                (.post, "runs/\(runID)/cancel", nil), (.get, "runs/\(runID)/result", nil),
                (.get, "runs/\(runID)/result.csv", nil), (.post, "runs", "{\"query_id\":\"\(query)\"}"),
                (.post, "runs/execute", "{\"datasource_id\":\"\(datasource)\",\"sql\":\"SELECT 1\"}"),
                (.post, "queries/validate", "{\"datasource_id\":\"\(datasource)\",\"sql\":\"SELECT 1\"}"),
            ]
            for (method, path, json) in calls {
                let foreign = try await call(method, "/api/v1/\(path)", token: eve.token, json: json)
                let ids = [query, datasource, runID]
                let missing = try await call(
                    method,
                    "/api/v1/\(ids.reduce(path) { $0.replacing($1, with: nothing) })",
                    token: eve.token,
                    json: json.map { text in ids.reduce(text) { $0.replacing($1, with: nothing) } }
                )
                #expect(foreign.status == 404, "\(method) \(path)")
                #expect(foreign["error", "message"] == missing["error", "message"], "\(method) \(path)")
            }
            #expect(try await call(.get, "/api/v1/queries", token: eve.token)["total"] == 0)
            #expect(try await call(.get, "/api/v1/runs", token: eve.token)["total"] == 0)
        }
    }

    @Test("what a role may not do is 403")
    func roles() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let viewer = try await server.join("vic", .viewer, ada, call)
            let editor = try await server.join("edi", .editor, ada, call)
            for path in [
                "queries", "queries/validate", "runs/execute", "datasources/test", "datasources",
                "organizations/sample",
            ] {
                let answer = try await call(.post, "/api/v1/\(path)", token: viewer.token, json: "{}")
                #expect(answer.status == 403, "\(path)")
            }
            for path in ["datasources", "datasources/test", "organizations/sample"] {
                #expect(try await call(.post, "/api/v1/\(path)", token: editor.token, json: "{}").status == 403)
            }
            let settings = #"{"name":"x"}"#
            let path = "/api/v1/organizations/current"
            #expect(try await call(.put, path, token: editor.token, json: settings).status == 403)
            #expect(try await call(.get, path, token: viewer.token).status == 200)
        }
    }

    @Test("a datasource is made once however often its creation is repeated with one key")
    func idempotency() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let key: HTTPFields = [.idempotencyKey: "once"]
            let path = "/api/v1/datasources"
            let first = try await call(.post, path, token: ada.token, json: Self.datasource, headers: key)
            let second = try await call(.post, path, token: ada.token, json: Self.datasource, headers: key)
            #expect(first.status == 201)
            #expect(second.text == first.text)
            #expect(second.headers[.eTag] == first.headers[.eTag])
            #expect(try await call(.get, path, token: ada.token)["total"] == 1)
            let other = Self.datasource.replacing("Shop", with: "Other")
            #expect(try await call(.post, path, token: ada.token, json: other, headers: key).status == 409)
            server.clock.advance(by: .seconds(86_401))
            let login = #"{"email":"ada@example.com","password":"correct horse"}"#
            let later = try TestAccount(try await call(.post, "/api/v1/auth/login", json: login))
            #expect(try await call(.post, path, token: later.token, json: other, headers: key).status == 201)
        }
    }

    @Test("settings change one by one")
    func settings() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = "/api/v1/organizations/current"
            let json = #"{"settings":{"time_zone":"Europe/Berlin","first_day_of_week":0}}"#
            let changed = try await call(.put, path, token: ada.token, json: json)
            #expect(changed.status == 200)
            #expect(changed["settings", "time_zone"] == "Europe/Berlin")
            #expect(changed["settings", "run_retention_days"] == 90)
            #expect(try await call(.get, path, token: ada.token).text == changed.text)
            let wrong = #"{"settings":{"time_zone":"Mars/Base","max_concurrent_runs":0}}"#
            let refused = try await call(.put, path, token: ada.token, json: wrong)
            #expect(refused.status == 422)
            #expect(refused.errorFields == ["settings.time_zone", "settings.max_concurrent_runs"])
            let sample = try await call(.post, "/api/v1/organizations/sample", token: ada.token)
            #expect(sample.status == 201)
            #expect(sample["datasource_id"] != nil)
            #expect(try await call(.post, "/api/v1/organizations/sample", token: ada.token).status == 409)
        }
    }
}
