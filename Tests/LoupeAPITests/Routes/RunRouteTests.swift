import HTTPTypes
import HummingbirdTesting
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/runs", .onBothStores)
struct RunRouteTests {
    private struct Scene: Sendable {
        let ada: TestAccount
        let datasource: String
        let query: String

        init(_ server: TestServer, _ call: TestCalls) async throws {
            ada = try await server.found("ada", call)
            datasource = try await QueryRouteTests.makeDatasource(ada, call)
            query = try #require(
                try await QueryRouteTests.makeQuery("Émile \\\"q\\\"/x", on: datasource, ada, call).text("id")
            )
        }

        func start(_ call: TestCalls, _ more: String = "", wait: Int? = nil) async throws -> TestAnswer {
            let path = "/api/v1/runs" + (wait.map { "?wait=\($0)" } ?? "")
            return try await call(.post, path, token: ada.token, json: "{\"query_id\":\"\(query)\"\(more)}")
        }
    }

    @Test("a run is queued, carried out, and its result read in pages and whole")
    func life() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let started = try await scene.start(call)
            #expect(started.status == 201)
            #expect(started["status"] == "queued")
            #expect(started["queue_position"] == 1)
            #expect(started["attempts"] == [])
            let path = try #require(started.headers[.location])
            let early = try await call(.get, "\(path)/result", token: scene.ada.token)
            #expect(early.status == 409)
            #expect(early.text.contains("queued"))
            try await server.complete(server.claim(), rows: [(1, "a"), (2, nil), (3, "c,\"d\"")])
            let done = try await call(.get, path, token: scene.ada.token)
            #expect(done["status"] == "completed")
            #expect(done["row_count"] == 3)
            #expect(done["execution_time_ms"] == 7)
            #expect(done["attempts", "0", "runner_id"] == "r1")
            let whole = try await call(.get, "\(path)/result", token: scene.ada.token)
            #expect(whole["rows"] == [[1, "a"], [2, nil], [3, "c,\"d\""]])
            #expect(whole["columns", "1", "key"] == "id_2")
            #expect(whole["row_count"] == 3)
            #expect(whole["truncated"] == false)
            #expect(whole.headers[.cacheControl]?.contains("immutable") == true)
            let page = try await call(
                .get,
                "\(path)/result?limit=1&offset=1&sort_by=0&sort_direction=desc",
                token: scene.ada.token
            )
            #expect(page["rows"] == [[2, nil]])
            #expect(page["row_count"] == 3)
            #expect(
                try await call(.get, "\(path)/result?search=C,", token: scene.ada.token)["rows"] == [[3, "c,\"d\""]]
            )
            // A stream has no length: nothing is built up in memory.
            let sorted = try await call(.get, "\(path)/result?sort_by=0&sort_direction=desc", token: scene.ada.token)
            #expect(sorted["rows"] == [[3, "c,\"d\""], [2, nil], [1, "a"]])
            #expect(sorted["row_count"] == 3)
            #expect(sorted.headers[.contentLength] == nil)
            let rest = try await call(.get, "\(path)/result?offset=2", token: scene.ada.token)
            #expect(rest["rows"] == [[3, "c,\"d\""]])
            #expect(rest.headers[.contentLength] != nil)
            let tag = try #require(whole.headers[.eTag])
            let again = try await call(.get, "\(path)/result", token: scene.ada.token, headers: [.ifNoneMatch: tag])
            #expect(again.status == 304)
            for query in ["limit=x", "sort_by=name", "sort_direction=x", "offset=x"] {
                #expect(try await call(.get, "\(path)/result?\(query)", token: scene.ada.token).status == 400)
            }
            #expect(try await call(.get, "\(path)/result?sort_by=2", token: scene.ada.token).status == 422)
        }
    }

    @Test("downloads arrive whole, with a safe name, and are not kept")
    func downloads() async throws {
        try await TestServer.with(.live) { server, call in
            let scene = try await Scene(server, call)
            let path = try #require(try await scene.start(call).headers[.location])
            try await server.complete(server.claim(), rows: [(1, "=a"), (2, nil), (3, "")])
            let csv = try await call(.get, "\(path)/result.csv", token: scene.ada.token)
            #expect(csv.text == "id,id\r\n1,=a\r\n2,\r\n3,\"\"\r\n")
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(csv.headers[.cacheControl] == "private, no-store")
            #expect(csv.headers[.xContentTypeOptions] == "nosniff")
            let disposition = try #require(csv.headers[.contentDisposition])
            #expect(disposition == "attachment; filename=\"__mile _q__x.csv\"; filename*=UTF-8''%C3%89mile%20_q__x.csv")
            let spreadsheet = try await call(.get, "\(path)/result.csv?spreadsheet=true", token: scene.ada.token)
            #expect(spreadsheet.text.contains("1,'=a"))
            let lines = try await call(.get, "\(path)/result.ndjson", token: scene.ada.token)
            #expect(lines.text == "{\"id\":1,\"id_2\":\"=a\"}\n{\"id\":2,\"id_2\":null}\n{\"id\":3,\"id_2\":\"\"}\n")
        }
    }

    @Test("who waits gets the run as soon as it is final")
    func wait() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            async let waiting = scene.start(call, wait: 30)
            var queued = server.signals.subscribe(.work).makeAsyncIterator()
            while try await call(.get, "/api/v1/runs", token: scene.ada.token)["total"] != 1 { _ = await queued.next() }
            try await server.complete(server.claim(), rows: [(1, "a")])
            let answer = try await waiting
            #expect(answer.status == 201)
            #expect(answer["status"] == "completed")
        }
    }

    @Test("a client that leaves while it waits finds its run again by its key")
    func leaving() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let json = "{\"query_id\":\"\(scene.query)\"}"
            let key: HTTPFields = [.idempotencyKey: "once"]
            let path = "/api/v1/runs?wait=30"
            var queued = server.signals.subscribe(.work).makeAsyncIterator()
            let waiting = Task { try await call(.post, path, token: scene.ada.token, json: json, headers: key) }
            while try await call(.get, "/api/v1/runs", token: scene.ada.token)["total"] != 1 { _ = await queued.next() }
            waiting.cancel()
            // Whether its own answer still reaches it does not matter.
            let left = try? await waiting.value
            let again = try await call(.post, path, token: scene.ada.token, json: json, headers: key)
            #expect(left == nil || left?["id"] == again["id"])
            #expect(again.headers[.idempotencyReplayed] == "true")
            #expect(try await call(.get, "/api/v1/runs", token: scene.ada.token)["total"] == 1)
        }
    }

    @Test("young work of the same kind is reused where the caller says so")
    func reuse() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let first = try await scene.start(call)
            try await server.complete(server.claim(), rows: [(1, "a")])
            let reused = try await scene.start(call, ",\"max_age_seconds\":60")
            #expect(reused.status == 200)
            #expect(reused["id"] == first["id"])
            #expect(reused["reused"] == true)
            server.clock.advance(by: .seconds(61))
            let fresh = try await scene.start(call, ",\"max_age_seconds\":60")
            #expect(fresh.status == 201)
        }
    }

    @Test("a viewer's reuse never finds the same SQL run ad hoc")
    func reuseIsOfTheQuery() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let viewer = try await server.join("vic", .viewer, scene.ada, call)
            let adHoc = "{\"datasource_id\":\"\(scene.datasource)\",\"sql\":\"SELECT 1\"}"
            let run = try await call(.post, "/api/v1/runs/execute", token: scene.ada.token, json: adHoc)
            try await server.complete(server.claim(), rows: [(1, "a")])
            let json = "{\"query_id\":\"\(scene.query)\",\"max_age_seconds\":60}"
            let own = try await call(.post, "/api/v1/runs", token: viewer.token, json: json)
            #expect(own.status == 201)
            #expect(own["id"] != run["id"])
        }
    }

    @Test("a failed run is a 200 that tells the database's own words")
    func failed() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let path = try #require(try await scene.start(call).headers[.location])
            let failure = QueryFailure(
                code: "42P01",
                message: "relation \"x\" does not exist",
                position: 15,
                line: 1,
                column: 15
            )
            try await server.fail(server.claim(), failure)
            let run = try await call(.get, path, token: scene.ada.token)
            #expect(run.status == 200)
            #expect(run["status"] == "failed")
            #expect(run["error", "code"] == "42P01")
            #expect(run["error", "position"] == 15)
            #expect(run["error_message"] == "relation \"x\" does not exist")
            #expect(try await call(.get, "\(path)/result", token: scene.ada.token).status == 409)
        }
    }

    @Test("a queued run is cancelled at once, a running one is asked, a finished one is 409")
    func cancel() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let queued = try #require(try await scene.start(call).headers[.location])
            let cancelled = try await call(.post, "\(queued)/cancel", token: scene.ada.token)
            #expect(cancelled.status == 200)
            #expect(cancelled["status"] == "cancelled")
            #expect(try await call(.post, "\(queued)/cancel", token: scene.ada.token).status == 200)
            let running = try #require(try await scene.start(call).headers[.location])
            let claim = try await server.claim()
            let asked = try await call(.post, "\(running)/cancel", token: scene.ada.token)
            #expect(asked.status == 202)
            #expect(asked["cancel_requested_at"] != .null)
            try await server.complete(claim, rows: [])
            #expect(try await call(.post, "\(running)/cancel", token: scene.ada.token).status == 409)
        }
    }

    @Test("a viewer runs saved queries and does not see others' ad-hoc SQL")
    func viewer() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let viewer = try await server.join("vic", .viewer, scene.ada, call)
            let adHoc = "{\"datasource_id\":\"\(scene.datasource)\",\"sql\":\"SELECT 2\"}"
            let run = try await call(.post, "/api/v1/runs/execute", token: scene.ada.token, json: adHoc)
            #expect(run.status == 201)
            #expect(run["query_id"] == .null)
            let path = try #require(run.headers[.location])
            #expect(try await call(.get, path, token: viewer.token).status == 404)
            let own = try await call(
                .post,
                "/api/v1/runs",
                token: viewer.token,
                json: "{\"query_id\":\"\(scene.query)\"}"
            )
            #expect(own.status == 201)
            #expect(try await call(.get, "/api/v1/runs", token: viewer.token)["total"] == 1)
            #expect(try await call(.get, "/api/v1/runs", token: scene.ada.token)["total"] == 2)
            let filtered = "/api/v1/runs?status=queued,running&trigger=user&created_by=me&sort_by=started_at"
            #expect(try await call(.get, filtered, token: scene.ada.token)["total"] == 1)
            for query in ["status=nope", "trigger=x", "created_by=x", "start_date=yesterday", "query_id=1"] {
                #expect(try await call(.get, "/api/v1/runs?\(query)", token: scene.ada.token).status == 400)
            }
            let none = "/api/v1/runs?end_date=2026-01-01T00:00:00+01:00"
            #expect(try await call(.get, none, token: scene.ada.token)["total"] == 0)
        }
    }

    @Test("parameters and limits are checked before anything is queued")
    func parameters() async throws {
        try await TestServer.with { server, call in
            let scene = try await Scene(server, call)
            let adHoc = "{\"datasource_id\":\"\(scene.datasource)\",\"sql\":\"SELECT :n\""
            let path = "/api/v1/runs/execute"
            let missing = try await call(.post, path, token: scene.ada.token, json: "\(adHoc)}")
            #expect(missing.status == 422)
            #expect(missing.errorFields == ["parameters.n"])
            let unknown = try await call(
                .post,
                path,
                token: scene.ada.token,
                json: "\(adHoc),\"parameters\":{\"n\":1,\"m\":2}}"
            )
            #expect(unknown.status == 422)
            let typed = "\(adHoc),\"parameters\":[]}"
            #expect(try await call(.post, path, token: scene.ada.token, json: typed).status == 400)
            let limits = "\(adHoc),\"parameters\":{\"n\":1},\"timeout_seconds\":301,\"max_rows\":0}"
            let refused = try await call(.post, path, token: scene.ada.token, json: limits)
            #expect(refused.status == 422)
            #expect(refused.errorFields == ["timeout_seconds", "max_rows"])
            let definitions =
                "\(adHoc),\"parameters\":{\"n\":1},\"parameter_definitions\":[{\"name\":\"1n\",\"param_type\":\"x\"},{}]}"
            let wrong = try await call(.post, path, token: scene.ada.token, json: definitions)
            #expect(wrong.status == 400)
            #expect(wrong.errorFields.contains("parameter_definitions[0].param_type"))
            let good = "\(adHoc),\"parameters\":{\"n\":12345678901234567890.5}}"
            let run = try await call(.post, path, token: scene.ada.token, json: good)
            #expect(run.status == 201)
            #expect(run["parameters", "n"] == .number("12345678901234567890.5"))
        }
    }
}
