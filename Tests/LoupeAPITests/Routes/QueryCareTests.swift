import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/queries: use, drafts, export and import")
struct QueryCareTests {
    @Test("a used query is removed only with what stands on it")
    func usage() async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query("Delays")
            let path = "queries/\(query)"
            #expect(try await ada(.get, "\(path)/usage")["total"] == 0)
            let visualization = try await ada.visualization("Chart", of: query)
            let dashboard = try await ada.dashboard("Board")
            _ = try await ada.tile(visualization, on: dashboard)
            let parameter = "[{\"name\":\"x\",\"param_type\":\"string\",\"options_query_id\":\"\(query)\"}]"
            let chooser = try await ada.query("Chooser", parameters: parameter)
            let usage = try await ada(.get, "\(path)/usage")
            #expect(usage["total"] == 3)
            #expect(usage["visualizations", "0", "id"] == .string(visualization))
            #expect(usage["dashboards", "0", "name"] == "Board")
            #expect(usage["queries", "0", "id"] == .string(chooser))
            #expect(usage["schedules"] == [])
            #expect(usage["canvases"] == [])
            let refused = try await ada(.delete, path)
            #expect(refused.status == 409)
            #expect(refused.errorType == "conflict")
            #expect(refused["total"] == 3)
            #expect(refused["visualizations"] == usage["visualizations"])
            #expect(try await ada(.get, path).status == 200)
            #expect(try await ada(.delete, "\(path)?cascade=true", headers: [.ifMatch: "\"v9\""]).status == 412)
            #expect(try await ada(.delete, "\(path)?cascade=true").status == 204)
            #expect(try await ada(.get, "visualizations/\(visualization)").status == 404)
            #expect(try await ada(.get, "dashboards/\(dashboard)")["tiles"] == [])
            #expect(try await ada(.post, "bin/visualization/\(visualization)/restore").status == 409)
            #expect(try await ada(.post, "bin/query/\(query)/restore").status == 200)
            #expect(try await ada(.get, "visualizations/\(visualization)").status == 200)
            #expect(try await ada(.get, "dashboards/\(dashboard)")["tiles", "0"] != nil)
        }
    }

    @Test("a used datasource is removed only with its queries, and not over an edit that nobody saw")
    func datasourceUsage() async throws {
        try await TestServer.withObjects { _, ada in
            let datasource = try await ada.datasource()
            let query = try await ada.query("Delays", on: datasource)
            let path = "datasources/\(datasource)"
            let refused = try await ada(.delete, path)
            #expect(refused.status == 409)
            #expect(refused["queries", "0", "name"] == "Delays")
            #expect(refused["total"] == 1)
            #expect(try await ada(.delete, "\(path)?cascade=true", headers: [.ifMatch: "\"v2\""]).status == 412)
            #expect(try await ada(.get, "queries/\(query)").status == 200)
            #expect(try await ada(.delete, "\(path)?cascade=true", headers: [.ifMatch: "\"v1\""]).status == 204)
            #expect(try await ada(.get, "queries/\(query)").status == 404)
            #expect(try await ada(.get, "bin")["items", "0", "id"] == .string(query))
            #expect(try await ada(.post, "bin/query/\(query)/restore").status == 409)
        }
    }

    @Test("a draft is one's own: kept as it is typed, and stale once the query was saved")
    func drafts() async throws {
        try await TestServer.withObjects { server, ada in
            let query = try await ada.query("Delays")
            let path = "queries/\(query)/draft"
            #expect(try await ada(.get, path).status == 404)
            let kept = try await ada(.put, path, #"{"sql":"SELEC <b> broken"}"#)
            #expect(kept.status == 200)
            #expect(kept["sql"] == "SELEC <b> broken")
            #expect(kept["base_version"] == 1)
            #expect(kept["is_stale"] == false)
            let more = try await ada(.put, path, #"{"parameters":[{"name":"x","param_type":"date"}]}"#)
            #expect(more["sql"] == "SELEC <b> broken")
            #expect(more["parameters", "0", "name"] == "x")
            #expect(try await ada(.patch, "queries/\(query)", #"{"name":"Late"}"#).status == 200)
            let stale = try await ada(.get, path)
            #expect(stale["is_stale"] == true)
            #expect(stale["query_name"] == "Late")
            let list = try await ada(.get, "queries/drafts")
            #expect(list["items", "0", "query_id"] == .string(query))
            #expect(list["items", "0", "sql"] == nil)
            let bob = TestObjects(try await server.join("bob", .editor, ada.account, ada.call), ada.call)
            #expect(try await bob(.get, path).status == 404)
            #expect(try await bob(.get, "queries/drafts")["total"] == 0)
            #expect(try await bob(.put, path, #"{"sql":"mine"}"#).status == 200)
            #expect(try await ada(.get, path)["sql"] == "SELEC <b> broken")
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.get, path).status == 404)
            #expect(try await bob(.get, path)["sql"] == "mine")
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            #expect(try await eve(.get, path).status == 404)
            #expect(try await eve(.put, path, #"{"sql":"x"}"#).status == 404)
            #expect(try await eve(.delete, path).status == 404)
            #expect(try await vic(.put, path, #"{"sql":"x"}"#).status == 403)
            for (json, status) in [
                ("{}", 422), (#"{"sql":7}"#, 400), (#"{"base_version":9}"#, 422), (#"{"base_version":0}"#, 422),
                ("{\"sql\":\"\(String(repeating: "x", count: 100_001))\"}", 422),
            ] {
                #expect(try await ada(.put, path, json).status == status, "\(json.prefix(40))")
            }
        }
    }

    @Test("what is exported can be imported, once")
    func transfer() async throws {
        try await TestServer.withObjects { server, ada in
            let datasource = try await ada.datasource()
            for index in 0..<103 {
                let json = """
                    {"datasource_id":"\(datasource)","name":"q\(index)","sql":"SELECT \(index)","description":"d",
                    "tags":["t"],"timeout_seconds":7,"max_rows":9,"parameters":[{"name":"x","param_type":"date"}]}
                    """
                _ = try await ada.make("queries", json)
            }
            let export = try await ada(.get, "queries/export")
            #expect(export.status == 200)
            guard case .array(let items) = try export.json else {
                Issue.record("an export is a list")
                return
            }
            #expect(items.count == 103)
            #expect(export["0", "name"] == "q0")
            #expect(export["0", "datasource_name"] == "Shop")
            #expect(export["0", "timeout_seconds"] == 7)
            #expect(export["0", "id"] == nil)
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            #expect(try await eve(.get, "queries/export").text == "[]")
            #expect(try await eve(.get, "queries/export?datasource_id=\(datasource)").status == 404)
            let source = try await eve.datasource()
            let json = "{\"queries\":\(export.text),\"datasource_id\":\"\(source)\"}"
            let imported = try await eve(.post, "queries/import", json)
            #expect(imported.status == 200)
            #expect(imported["imported"] == 103)
            #expect(imported["skipped"] == 0)
            #expect(try await eve(.get, "queries/export").text == export.text)
            let again = try await eve(.post, "queries/import", json)
            #expect(again["imported"] == 0)
            #expect(again["skipped"] == 103)
            #expect(again["skipped_names", "0"] == "q0")
            let all = String(json.dropLast()) + ",\"skip_duplicates\":false}"
            #expect(try await eve(.post, "queries/import", all)["imported"] == 103)
            #expect(try await eve(.get, "queries")["total"] == 206)
            let log = try await AuditRepository(server.database)
                .list(ListRequest(), in: eve.account.organization).items.map(\.action)
            #expect(log.filter { $0 == "query.import" }.count == 3)
            #expect(log.contains("query.export"))
        }
    }

    @Test("an import with one wrong query imports none and says which")
    func wrongImports() async throws {
        try await TestServer.withObjects { server, ada in
            let datasource = try await ada.datasource()
            func send(_ queries: String, on id: String? = nil) async throws -> TestAnswer {
                let good = #"{"name":"good","sql":"SELECT 1"}"#
                let json = "{\"queries\":[\(good),\(queries)],\"datasource_id\":\"\(id ?? datasource)\"}"
                return try await ada(.post, "queries/import", json)
            }
            let cases = [
                (#"{"name":"a","sql":"DROP TABLE x"}"#, 422, ["queries[1].sql"]),
                (#"{"name":"a"}"#, 400, ["queries[1].sql"]),
                (#"{"name":7,"sql":"SELECT 1"}"#, 400, ["queries[1].name"]),
                (#"{"name":"a","sql":"SELECT 1","timeout_seconds":0}"#, 422, ["queries[1].timeout_seconds"]),
                (
                    #"{"name":"a","sql":"SELECT 1","parameters":[{"name":"x","param_type":"number","default":"m"}]}"#,
                    422, ["queries[1].parameters[0].default"]
                ),
                ("7", 400, ["queries[1]"]),
            ]
            for (json, status, fields) in cases {
                let answer = try await send(json)
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.errorFields == fields)
            }
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let foreign = try await send(#"{"name":"a","sql":"SELECT 1"}"#, on: try await eve.datasource())
            #expect(foreign.status == 422)
            #expect(foreign.errorFields == ["datasource_id"])
            #expect(try await ada(.get, "queries")["total"] == 0)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            #expect(try await vic(.post, "queries/import", "{}").status == 403)
            #expect(try await vic(.get, "queries/export").status == 200)
            // Of one name in one file the first is taken, and options from a query of elsewhere are left out.
            let options = """
                {"name":"GOOD","sql":"SELECT 2"},{"name":"b","sql":"SELECT 1","parameters":[{"name":"x",
                "param_type":"string","options_query_id":"0196f000-0000-7000-8000-000000000000"}]}
                """
            let taken = try await send(options)
            #expect(taken["imported"] == 2)
            #expect(taken["skipped_names"] == ["GOOD"])
            let saved = try await ada(.get, "queries?search=b")
            #expect(saved["items", "0", "parameters", "0", "options_query_id"] == .null)
        }
    }

    @Test("an import may be larger than other bodies")
    func largeImport() async throws {
        try await TestServer.withObjects { _, ada in
            let datasource = try await ada.datasource()
            let comment = String(repeating: "x", count: 90_000)
            let queries = (0..<40).map { "{\"name\":\"q\($0)\",\"sql\":\"SELECT 1 -- \(comment)\"}" }
            let json = "{\"queries\":[\(queries.joined(separator: ","))],\"datasource_id\":\"\(datasource)\"}"
            #expect(json.utf8.count > 3 << 20)
            #expect(try await ada(.post, "queries/import", json)["imported"] == 40)
        }
    }

    @Test("ids of elsewhere inside a query are told by their field")
    func foreignIDs() async throws {
        try await TestServer.withObjects { server, ada in
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let theirs = try await eve.query("Theirs")
            let foreign = try await eve.datasource()
            let query = try await ada.query()
            let json = "{\"datasource_id\":\"\(foreign)\",\"name\":\"a\",\"sql\":\"SELECT 1\"}"
            let made = try await ada(.post, "queries", json)
            #expect(made.status == 422)
            #expect(made.errorFields == ["datasource_id"])
            let moved = try await ada(.patch, "queries/\(query)", "{\"datasource_id\":\"\(foreign)\"}")
            #expect(moved.status == 422)
            #expect(moved.errorFields == ["datasource_id"])
            let parameters = "[{\"name\":\"x\",\"param_type\":\"string\",\"options_query_id\":\"\(theirs)\"}]"
            let options = try await ada(.patch, "queries/\(query)", "{\"parameters\":\(parameters)}")
            #expect(options.status == 422)
            #expect(options.errorFields == ["parameters[0].options_query_id"])
        }
    }

    @Test("a preview waits where it is asked to, and one key makes one run")
    func preview() async throws {
        try await TestServer.withObjects { server, ada in
            let datasource = try await ada.datasource()
            let path = "datasources/\(datasource)/preview"
            let key: HTTPFields = [.idempotencyKey: "look"]
            let json = #"{"table":"orders","limit":5}"#
            async let first = ada(.post, "\(path)?wait=20", json, headers: key)
            let tables: JSONValue = [["schema": "public", "name": "orders", "kind": "table", "columns": []]]
            try await server.carryOut(.introspect, .completed(tables))
            // The run is queued once the schema is read.
            var queued = 0
            while queued == 0 {
                await Task.yield()
                queued = try await server.database.read { try $0.count("SELECT count(*) FROM runs") }
            }
            try await server.complete(server.claim(), rows: [(1, "a")])
            let answer = try await first
            #expect(answer.status == 201)
            #expect(answer["status"] == "completed")
            let again = try await ada(.post, "\(path)?wait=20", json, headers: key)
            #expect(again["id"] == answer["id"])
            #expect(try await server.database.read { try $0.count("SELECT count(*) FROM runs") } == 1)
        }
    }
}
