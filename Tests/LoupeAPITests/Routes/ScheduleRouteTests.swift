import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/schedules")
struct ScheduleRouteTests {
    private struct Setting {
        let ada: TestAccount
        let vic: TestAccount
        let query: String
        let call: TestCalls

        func create(_ members: String = "", token: String? = nil) async throws -> TestAnswer {
            let json = """
                {"query_id":"\(query)","name":"Morning","cron_expression":"0 9 * * MON-FRI"\(members)}
                """
            return try await call(.post, "/api/v1/schedules", token: token ?? ada.token, json: json)
        }
    }

    private static func with(
        sql: String = "SELECT 1",
        parameters: String = "[]",
        _ body: @escaping @Sendable (TestServer, Setting) async throws -> Void
    ) async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let datasource = try await QueryRouteTests.makeDatasource(ada, call)
            let json = """
                {"datasource_id":"\(datasource)","name":"Delays","sql":"\(sql)","parameters":\(parameters)}
                """
            let query = try await call(.post, "/api/v1/queries", token: ada.token, json: json)
            let id = try #require(query.text("id"), "\(query.text)")
            try await body(server, Setting(ada: ada, vic: vic, query: id, call: call))
        }
    }

    @Test("a schedule is made with all that it says, and its next time")
    func create() async throws {
        try await Self.with { server, setting in
            // 2026-02-02T02:40Z, a Monday: 03:40 in Berlin.
            let new = try await setting.create(#","timezone":"Europe/Berlin","tags":["b","a"],"parameters":{}"#)
            #expect(new.status == 201)
            let id = try #require(new.text("id"))
            #expect(new.headers[.location] == "/api/v1/schedules/\(id)")
            #expect(new["org_id"] == .string(setting.ada.organization.description))
            #expect(new["query_id"] == .string(setting.query))
            #expect(new["query_name"] == "Delays")
            #expect(new["name"] == "Morning")
            #expect(new["cron_expression"] == "0 9 * * MON-FRI")
            #expect(new["timezone"] == "Europe/Berlin")
            #expect(new["parameters"] == [:])
            #expect(new["tags"] == ["a", "b"])
            #expect(new["enabled"] == true)
            #expect(new["last_run_at"] == .null)
            #expect(new["next_run_at"] == "2026-02-02T08:00:00.000Z")
            #expect(new["last_runs"] == [])
            #expect(new["consecutive_failures"] == 0)
            #expect(new["skipped_reason"] == .null)
            #expect(new["created_by"] == .string(setting.ada.user.description))
            #expect(new["created_by_name"] == "ada")
            #expect(new["created_at"] == new["updated_at"])
            let seen = try await setting.call(.get, "/api/v1/schedules/\(id)", token: setting.vic.token)
            #expect(seen.status == 200)
            #expect(seen.text == new.text)
            #expect(seen.headers[.eTag] == new.headers[.eTag])
            let known = try await setting.call(
                .get,
                "/api/v1/schedules/\(id)",
                token: setting.vic.token,
                headers: [.ifNoneMatch: new.headers[.eTag] ?? ""]
            )
            #expect(known.status == 304)
            let standard = try await setting.create(#","enabled":false"#)
            #expect(standard["timezone"] == "UTC")
            #expect(standard["enabled"] == false)
            #expect(standard["next_run_at"] == .null)
        }
    }

    @Test("what breaks a rule is named, field by field")
    func rules() async throws {
        try await Self.with { server, setting in
            func post(_ json: String) async throws -> TestAnswer {
                try await setting.call(.post, "/api/v1/schedules", token: setting.ada.token, json: json)
            }
            let empty = try await post("{}")
            #expect(empty.status == 400)
            #expect(Set(empty.errorFields) == ["query_id", "name", "cron_expression"])
            let wrong = try await setting.create(#","parameters":[],"enabled":"yes","timezone":5"#)
            #expect(wrong.status == 400)
            #expect(Set(wrong.errorFields) == ["parameters", "enabled", "timezone"])
            let query = "\"query_id\":\"\(setting.query)\",\"name\":\"x\""
            let minute = try await post("{\(query),\"cron_expression\":\"61 * * * *\",\"timezone\":\"Mars/Olympus\"}")
            #expect(minute.status == 422)
            #expect(minute.errorFields == ["cron_expression", "timezone"])
            #expect(minute["error", "details", "0", "message"] == "minute 61 is out of range 0-59")
            let never = try await post("{\(query),\"cron_expression\":\"* * 31 2 *\"}")
            #expect(never.status == 422)
            #expect(never.errorFields == ["cron_expression"])
            let long = String(repeating: "n", count: 300)
            let many = (0..<51).map { "\"t\($0)\"" }.joined(separator: ",")
            let large = try await post(
                "{\"query_id\":\"x\",\"name\":\"\(long)\",\"cron_expression\":\"@daily\",\"tags\":[\(many)]}"
            )
            #expect(large.status == 422)
            #expect(Set(large.errorFields) == ["query_id", "name", "tags"])
            #expect(try await setting.call(.get, "/api/v1/schedules", token: setting.ada.token)["total"] == 0)
        }
    }

    @Test("values must fit the query's parameters, and dates may be relative")
    func parameters() async throws {
        let definitions = """
            [{"name":"day","param_type":"date","required":true},{"name":"n","param_type":"number"}]
            """
        try await Self.with(sql: "SELECT :day, :n", parameters: definitions) { server, setting in
            let missing = try await setting.create()
            #expect(missing.status == 422)
            #expect(missing.errorFields == ["parameters.day"])
            let wrong = try await setting.create(#","parameters":{"day":"soon","n":"x","z":1}"#)
            #expect(wrong.status == 422)
            #expect(Set(wrong.errorFields) == ["parameters.day", "parameters.n", "parameters.z"])
            let good = try await setting.create(#","parameters":{"day":"start_of_month-1d","n":3}"#)
            #expect(good.status == 201)
            #expect(good["parameters"] == ["day": "start_of_month-1d", "n": 3])
            let path = try #require(good.headers[.location])
            let cleared = try await setting.call(
                .patch,
                path,
                token: setting.ada.token,
                json: #"{"parameters":null}"#
            )
            #expect(cleared.errorFields == ["parameters.day"])
        }
    }

    @Test("viewers read; what makes, changes or runs anything is for editors")
    func roles() async throws {
        try await Self.with { server, setting in
            let path = try #require(try await setting.create().headers[.location])
            let vic = setting.vic.token
            #expect(try await setting.create(token: vic).status == 403)
            #expect(try await setting.call(.patch, path, token: vic, json: #"{"name":"x"}"#).status == 403)
            #expect(try await setting.call(.delete, path, token: vic).status == 403)
            for action in ["enable", "disable", "trigger"] {
                #expect(try await setting.call(.post, "\(path)/\(action)", token: vic).status == 403)
            }
            #expect(try await setting.call(.get, "/api/v1/schedules", token: vic).status == 200)
            let preview = #"{"cron_expression":"@daily"}"#
            #expect(
                try await setting.call(.post, "/api/v1/schedules/preview", token: vic, json: preview).status == 403
            )
            #expect(try await setting.call(.get, path).status == 401)
        }
    }

    @Test("another organization's schedule and query are not there")
    func isolation() async throws {
        try await Self.with { server, setting in
            let path = try #require(try await setting.create().headers[.location])
            let eve = try await server.found("eve", setting.call)
            #expect(try await setting.call(.get, path, token: eve.token).status == 404)
            #expect(try await setting.call(.patch, path, token: eve.token, json: #"{"name":"x"}"#).status == 404)
            #expect(try await setting.call(.delete, path, token: eve.token).status == 404)
            for action in ["enable", "disable", "trigger"] {
                #expect(try await setting.call(.post, "\(path)/\(action)", token: eve.token).status == 404)
            }
            #expect(try await setting.call(.get, "/api/v1/schedules", token: eve.token)["total"] == 0)
            let theirs = try await setting.create(token: eve.token)
            let nobodys = try await setting.call(
                .post,
                "/api/v1/schedules",
                token: eve.token,
                json: """
                    {"query_id":"0192f0c1-7b1e-7c3a-9d52-3f1f0a6b8c11","name":"x","cron_expression":"@daily"}
                    """
            )
            #expect(theirs.status == 422)
            #expect(theirs.errorFields == ["query_id"])
            #expect(theirs["error", "message"] == nobodys["error", "message"])
        }
    }

    @Test("a change is to what was seen, and begins a new timetable only where it is about time")
    func change() async throws {
        try await Self.with { server, setting in
            let new = try await setting.create()
            let path = try #require(new.headers[.location])
            #expect(new["next_run_at"] == "2026-02-02T09:00:00.000Z")
            // The time passes, and nobody has fired it yet.
            server.clock.advance(by: .seconds(7 * 3600))
            func change(_ json: String, ifMatch tag: String? = nil) async throws -> TestAnswer {
                let headers: HTTPFields = tag.map { [.ifMatch: $0] } ?? [:]
                return try await setting.call(.patch, path, token: setting.ada.token, json: json, headers: headers)
            }
            let renamed = try await change(#"{"name":"Dawn","tags":["z"]}"#, ifMatch: new.headers[.eTag])
            #expect(renamed.status == 200)
            #expect(renamed["name"] == "Dawn")
            #expect(renamed["tags"] == ["z"])
            #expect(renamed["next_run_at"] == "2026-02-02T09:00:00.000Z")
            #expect(try await change(#"{"name":"Dusk"}"#, ifMatch: new.headers[.eTag]).status == 412)
            let moved = try await change(#"{"cron_expression":"30 0 10 * * *"}"#)
            #expect(moved["next_run_at"] == "2026-02-02T10:00:30.000Z")
            let away = try await change(#"{"timezone":"America/New_York"}"#)
            #expect(away["next_run_at"] == "2026-02-02T15:00:30.000Z")
            #expect(try await change("{}").status == 422)
            #expect(try await change(#"{"cron_expression":"x"}"#).errorFields == ["cron_expression"])
            #expect(try await change(#"{"name":null}"#).status == 400)
        }
    }

    @Test("disabled it has no next time; enabled it begins anew")
    func switching() async throws {
        try await Self.with { server, setting in
            let new = try await setting.create()
            let path = try #require(new.headers[.location])
            func post(_ action: String, ifMatch tag: String? = nil) async throws -> TestAnswer {
                let headers: HTTPFields = tag.map { [.ifMatch: $0] } ?? [:]
                return try await setting.call(
                    .post,
                    "\(path)/\(action)",
                    token: setting.ada.token,
                    headers: headers
                )
            }
            let disabled = try await post("disable", ifMatch: new.headers[.eTag])
            #expect(disabled.status == 200)
            #expect(disabled["enabled"] == false)
            #expect(disabled["next_run_at"] == .null)
            #expect(try await post("enable", ifMatch: new.headers[.eTag]).status == 412)
            let again = try await post("disable")
            #expect(again.text == disabled.text)
            server.clock.advance(by: .seconds(60))
            let enabled = try await post("enable")
            #expect(enabled["enabled"] == true)
            #expect(enabled["next_run_at"] == "2026-02-02T09:00:00.000Z")
        }
    }

    @Test("a person may run it now, once for one key")
    func trigger() async throws {
        try await Self.with { server, setting in
            let new = try await setting.create()
            let path = try #require(new.headers[.location])
            let key: HTTPFields = [.idempotencyKey: "once"]
            let started = try await setting.call(
                .post,
                "\(path)/trigger",
                token: setting.ada.token,
                headers: key
            )
            #expect(started.status == 202)
            #expect(started.text("message") != nil)
            let again = try await setting.call(.post, "\(path)/trigger", token: setting.ada.token, headers: key)
            #expect(again["run_id"] == started["run_id"])
            let id = try #require(started.text("run_id"))
            let run = try await setting.call(.get, "/api/v1/runs/\(id)", token: setting.vic.token)
            #expect(run["schedule_id"] == new["id"])
            #expect(run["scheduled_for"] == .null)
            #expect(run["trigger"] == "user")
            #expect(run["status"] == "queued")
            let after = try await setting.call(.get, path, token: setting.ada.token)
            #expect(after["last_runs", "0", "id"] == .string(id))
            #expect(after["last_run_at"] == run["created_at"])
            #expect(after["next_run_at"] == new["next_run_at"])
            // What a run changes makes another body, and no edit of anybody's.
            #expect(after.headers[.eTag] != new.headers[.eTag])
            let renamed = try await setting.call(
                .patch,
                path,
                token: setting.ada.token,
                json: #"{"name":"Dawn"}"#,
                headers: [.ifMatch: new.headers[.eTag] ?? ""]
            )
            #expect(renamed.status == 200)
            try await server.complete(try await server.claim(), rows: [])
            let done = try await setting.call(.get, path, token: setting.ada.token)
            #expect(done["last_runs", "0", "status"] == "completed")
        }
    }

    @Test("a preview tells in words and times what an expression means")
    func preview() async throws {
        try await Self.with { server, setting in
            func preview(_ json: String) async throws -> TestAnswer {
                try await setting.call(.post, "/api/v1/schedules/preview", token: setting.ada.token, json: json)
            }
            let answer = try await preview(#"{"cron_expression":"0 9 * * MON-FRI","timezone":"Europe/Berlin"}"#)
            #expect(answer.status == 200)
            #expect(answer["description"] == "at 09:00, Monday through Friday")
            #expect(
                answer["next"] == [
                    "2026-02-02T08:00:00.000Z", "2026-02-03T08:00:00.000Z", "2026-02-04T08:00:00.000Z",
                    "2026-02-05T08:00:00.000Z", "2026-02-06T08:00:00.000Z",
                ]
            )
            #expect(try await preview("{}").status == 400)
            #expect(try await preview(#"{"cron_expression":"* * 31 2 *"}"#).status == 422)
            let both = try await preview(#"{"cron_expression":"61 * * * *","timezone":"GMT+5"}"#)
            #expect(both.status == 422)
            #expect(both.errorFields == ["cron_expression", "timezone"])
        }
    }

    @Test("the list is filtered and sorted, and an unknown order is answered with the known")
    func list() async throws {
        try await Self.with { server, setting in
            _ = try await setting.create(#","tags":["daily"]"#)
            _ = try await setting.create(#","enabled":false"#)
            func list(_ items: String) async throws -> TestAnswer {
                try await setting.call(.get, "/api/v1/schedules?\(items)", token: setting.vic.token)
            }
            #expect(try await list("")["total"] == 2)
            #expect(try await list("enabled=true")["total"] == 1)
            #expect(try await list("enabled=false")["items", "0", "enabled"] == false)
            #expect(try await list("tags=daily")["total"] == 1)
            #expect(try await list("query_id=\(setting.query)&search=MORN")["total"] == 2)
            #expect(try await list("query_id=0192f0c1-7b1e-7c3a-9d52-3f1f0a6b8c11")["total"] == 0)
            #expect(try await list("sort_by=next_run_at&sort_direction=asc").status == 200)
            #expect(try await list("enabled=maybe").status == 400)
            let unknown = try await list("sort_by=cron_expression")
            #expect(unknown.status == 400)
            #expect(unknown["error", "message"] == "sort_by: must be one of name, next_run_at, created_at, updated_at")
        }
    }

    @Test("deleting it is written down, and ends it")
    func remove() async throws {
        try await Self.with { server, setting in
            let new = try await setting.create()
            let path = try #require(new.headers[.location])
            let token = setting.ada.token
            #expect(
                try await setting.call(.delete, path, token: token, headers: [.ifMatch: "\"v7\""]).status == 412
            )
            #expect(try await setting.call(.delete, path, token: token).status == 204)
            #expect(try await setting.call(.get, path, token: token).status == 404)
            #expect(try await setting.call(.post, "\(path)/enable", token: token).status == 404)
            let log = try await AuditRepository(server.database).list(ListRequest(), in: setting.ada.organization)
            let entry = try #require(log.items.first { $0.action == "schedule.delete" })
            #expect(entry.subject?.name == "Morning")
            #expect(entry.actorName == "ada")
        }
    }
}
