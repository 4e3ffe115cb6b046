import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("/visualizations")
struct VisualizationRouteTests {
    @Test("a visualization is made, read, changed field by field, listed and removed")
    func life() async throws {
        try await TestServer.withObjects { server, ada in
            let query = try await ada.query()
            let config = #"{"x_axis":"day","y_axis":["a","b"],"stacked":true,"own":{"kept":[1.50,null]}}"#
            let json = """
                {"query_id":"\(query)","name":"<b>'; DROP TABLE x;--</b>","chart_type":"bar","config":\(config),
                "tags":["b","<i>","b"]}
                """
            let new = try await ada.make("visualizations", json)
            #expect(new["name"] == "<b>'; DROP TABLE x;--</b>")
            #expect(new["tags"] == ["<i>", "b"])
            #expect(new["created_by_name"] == "ada")
            let kept = try JSONValue(parsing: config)
            #expect(new["config"] == kept)
            let path = try #require(new.text("id").map { "visualizations/\($0)" })
            #expect(new.headers[.location] == "/api/v1/\(path)")
            let read = try await ada(.get, path)
            #expect(read.text == new.text)
            let tag = try #require(read.headers[.eTag])
            #expect(try await ada(.get, path, headers: [.ifNoneMatch: tag]).status == 304)
            let changed = try await ada(.patch, path, #"{"chart_type":"line"}"#, headers: [.ifMatch: tag])
            #expect(changed["chart_type"] == "line")
            #expect(changed["config"] == new["config"])
            #expect(try await ada(.patch, path, #"{"name":"x"}"#, headers: [.ifMatch: tag]).status == 412)
            #expect(try await ada(.delete, path, headers: [.ifMatch: tag]).status == 412)
            let list = try await ada(.get, "visualizations?query_id=\(query)&tags=b&search=drop")
            #expect(list["total"] == 1)
            #expect(list["items", "0", "config"] == nil)
            #expect(list["items", "0", "chart_type"] == "line")
            let other = try await ada.query("Other")
            #expect(try await ada(.get, "visualizations?query_id=\(other)")["total"] == 0)
            #expect(try await ada(.patch, path, "{\"query_id\":\"\(other)\"}")["query_id"] == .string(other))
            #expect(try await ada(.get, "visualizations?sort_by=config").status == 400)
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.get, "visualizations")["total"] == 0)
        }
    }

    @Test(
        "a body that is wrong says where",
        arguments: [
            ("{}", 400, ["query_id", "name", "chart_type"]),
            (#"{"query_id":7,"name":[],"chart_type":"bar"}"#, 400, ["query_id", "name"]),
            (#"{"query_id":"Q","name":"","chart_type":"donut"}"#, 422, ["name", "chart_type"]),
            (#"{"query_id":"Q","name":"\#(String(repeating: "x", count: 300))","chart_type":"bar"}"#, 422, ["name"]),
            (#"{"query_id":"Q","name":"a","chart_type":"bar","config":[]}"#, 400, ["config"]),
            (
                #"{"query_id":"Q","name":"a","chart_type":"bar","config":{"stacked":"yes","top_n":0,"y_axis":[1]}}"#,
                400, ["config.stacked", "config.y_axis", "config.top_n"]
            ),
            (
                #"{"query_id":"Q","name":"a","chart_type":"bar","config":{"orientation":"up","columns":[{"key":""}]}}"#,
                422, ["config.orientation", "config.columns[0].key"]
            ),
            (
                #"{"query_id":"Q","name":"a","chart_type":"gauge","config":{"thresholds":[{"value":1}]}}"#, 400,
                ["config.thresholds[0].color"]
            ),
        ]
    )
    func badInput(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query()
            let answer = try await ada(.post, "visualizations", json.replacing("\"Q\"", with: "\"\(query)\""))
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorFields == fields)
        }
    }

    @Test("a config of 64 KiB is kept, one of 65 KiB refused, and so are 51 tags")
    func limits() async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query()
            func json(_ bytes: Int, tags count: Int = 0) -> String {
                let text = String(repeating: "x", count: bytes - #"{"own":""}"#.utf8.count)
                let tags = (0..<count).map { "\"t\($0)\"" }.joined(separator: ",")
                return """
                    {"query_id":"\(query)","name":"a","chart_type":"pie","config":{"own":"\(text)"},"tags":[\(tags)]}
                    """
            }
            #expect(try await ada(.post, "visualizations", json(65_536, tags: 50)).status == 201)
            let large = try await ada(.post, "visualizations", json(65_537))
            #expect(large.status == 422)
            #expect(large.errorFields == ["config"])
            #expect(try await ada(.post, "visualizations", json(66_560)).status == 422)
            let tags = try await ada(.post, "visualizations", json(100, tags: 51))
            #expect(tags.status == 422)
            #expect(tags.errorFields == ["tags"])
        }
    }

    @Test("another organization's are not found, and its queries are no queries")
    func isolation() async throws {
        try await TestServer.withObjects { server, ada in
            let query = try await ada.query()
            let visualization = try await ada.visualization(of: query)
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            let path = "visualizations/\(visualization)"
            #expect(try await eve(.get, path).status == 404)
            #expect(try await eve(.put, path, #"{"name":"x"}"#).status == 404)
            #expect(try await eve(.delete, path).status == 404)
            #expect(try await eve(.post, "\(path)/duplicate").status == 404)
            #expect(try await eve(.get, "visualizations")["total"] == 0)
            #expect(try await eve(.get, "visualizations?query_id=\(query)")["total"] == 0)
            let json = "{\"query_id\":\"\(query)\",\"name\":\"a\",\"chart_type\":\"bar\"}"
            let nothing = "0196f000-0000-7000-8000-000000000000"
            let foreign = try await eve(.post, "visualizations", json)
            let missing = try await eve(.post, "visualizations", json.replacing(query, with: nothing))
            #expect(foreign.status == 422)
            #expect(foreign.errorFields == ["query_id"])
            #expect(foreign["error", "details"] == missing["error", "details"])
            let own = try await eve.visualization()
            let moved = try await eve(.patch, "visualizations/\(own)", "{\"query_id\":\"\(query)\"}")
            #expect(moved.status == 422)
            #expect(moved.errorFields == ["query_id"])
            #expect(try await vic(.get, path).status == 200)
            #expect(try await vic(.post, "visualizations", json).status == 403)
            #expect(try await vic(.put, path, #"{"name":"x"}"#).status == 403)
            #expect(try await vic(.delete, path).status == 403)
            #expect(try await vic(.post, "\(path)/duplicate").status == 403)
        }
    }

    @Test("one that a dashboard shows is removed only with its consent, and its tile goes and comes with it")
    func usage() async throws {
        try await TestServer.withObjects { _, ada in
            let visualization = try await ada.visualization()
            let dashboard = try await ada.dashboard("Board")
            _ = try await ada.tile(visualization, on: dashboard)
            let before = try await ada(.get, "dashboards/\(dashboard)")
            let path = "visualizations/\(visualization)"
            let refused = try await ada(.delete, path)
            #expect(refused.status == 409)
            #expect(refused.errorType == "conflict")
            #expect(refused["total"] == 1)
            #expect(refused["dashboards", "0", "id"] == .string(dashboard))
            #expect(refused["dashboards", "0", "name"] == "Board")
            #expect(try await ada(.get, path).status == 200)
            #expect(try await ada(.delete, "\(path)?cascade=true").status == 204)
            let without = try await ada(.get, "dashboards/\(dashboard)")
            #expect(without["tiles"] == [])
            #expect(without.headers[.eTag] != before.headers[.eTag])
            #expect(try await ada(.get, "dashboards")["items", "0", "tile_count"] == 0)
            #expect(try await ada(.post, "bin/visualization/\(visualization)/restore").status == 200)
            #expect(try await ada(.get, "dashboards/\(dashboard)")["tiles"] == before["tiles"])
        }
    }
}
