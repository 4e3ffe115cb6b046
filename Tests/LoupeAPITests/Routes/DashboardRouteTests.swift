import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("/dashboards")
struct DashboardRouteTests {
    static let parameter = #"[{"name":"start","param_type":"date","label":"From"}]"#

    @Test("a dashboard is made, read, changed field by field, listed and removed")
    func life() async throws {
        try await TestServer.withObjects { _, ada in
            let json = """
                {"name":"<h1>Ops'; --</h1>","description":"d","parameters":\(Self.parameter),"tags":["b","a"]}
                """
            let new = try await ada.make("dashboards", json)
            #expect(new["name"] == "<h1>Ops'; --</h1>")
            #expect(new["tags"] == ["a", "b"])
            #expect(new["parameters", "0", "label"] == "From")
            #expect(new["tiles"] == [])
            let path = try #require(new.text("id").map { "dashboards/\($0)" })
            let read = try await ada(.get, path)
            #expect(read.text == new.text)
            let tag = try #require(read.headers[.eTag])
            #expect(try await ada(.get, path, headers: [.ifNoneMatch: tag]).status == 304)
            let changed = try await ada(.patch, path, #"{"description":null,"tags":[]}"#, headers: [.ifMatch: tag])
            #expect(changed["description"] == "")
            #expect(changed["parameters"] == new["parameters"])
            #expect(try await ada(.patch, path, #"{"name":"x"}"#, headers: [.ifMatch: tag]).status == 412)
            #expect(try await ada(.delete, path, headers: [.ifMatch: tag]).status == 412)
            #expect(try await ada(.patch, path, #"{"nothing":1}"#).status == 422)
            let list = try await ada(.get, "dashboards?search=ops")
            #expect(list["items", "0", "tile_count"] == 0)
            #expect(list["items", "0", "tiles"] == nil)
            #expect(try await ada(.get, "dashboards?sort_by=tiles").status == 400)
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.get, "dashboards")["total"] == 0)
            let id = path.split(separator: "/")[1]
            #expect(try await ada(.post, "bin/dashboard/\(id)/restore").status == 200)
            #expect(try await ada(.get, "dashboards?search=ops")["total"] == 1)
        }
    }

    @Test(
        "a dashboard that is wrong says where",
        arguments: [
            ("{}", 400, ["name"]),
            (#"{"name":"\#(String(repeating: "x", count: 300))"}"#, 422, ["name"]),
            (#"{"name":"a","description":7,"tags":"a"}"#, 400, ["description", "tags"]),
            (#"{"name":"a","description":"\#(String(repeating: "x", count: 2001))"}"#, 422, ["description"]),
            (#"{"name":"a","parameters":[{"name":"1x","param_type":"date"}]}"#, 422, ["parameters[0].name"]),
            (#"{"name":"a","parameters":[{"name":"x"}]}"#, 400, ["parameters[0].param_type"]),
            (
                #"{"name":"a","parameters":[{"name":"x","param_type":"date"},{"name":"x","param_type":"date"}]}"#, 422,
                ["parameters[1].name"]
            ),
            (
                #"{"name":"a","parameters":[{"name":"x","param_type":"number","default":"many"}]}"#, 422,
                ["parameters[0].default"]
            ),
            (
                """
                {"name":"a","parameters":[{"name":"x","param_type":"string",
                "options_query_id":"0196f000-0000-7000-8000-000000000000"}]}
                """, 422, ["parameters[0].options_query_id"]
            ),
        ]
    )
    func badInput(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.withObjects { _, ada in
            let answer = try await ada(.post, "dashboards", json)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorFields == fields)
            let tags = (0..<51).map { "\"t\($0)\"" }.joined(separator: ",")
            #expect(try await ada(.post, "dashboards", "{\"name\":\"a\",\"tags\":[\(tags)]}").errorFields == ["tags"])
            #expect(try await ada(.get, "dashboards")["total"] == 0)
        }
    }

    @Test("tiles are added, changed, moved and removed, each a new version of their dashboard")
    func tiles() async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query(parameters: #"[{"name":"day","param_type":"date"}]"#)
            let visualization = try await ada.visualization(of: query)
            let dashboard = try await ada.dashboard(parameters: Self.parameter)
            let path = "dashboards/\(dashboard)"
            let chart = try await ada.make(
                "\(path)/tiles",
                "{\"visualization_id\":\"\(visualization)\",\"parameter_bindings\":{\"day\":\"start\"}}"
            )
            #expect(chart["tile_type"] == "visualization")
            #expect(chart["width"] == 4)
            #expect(chart["height"] == 4)
            #expect(chart["parameter_bindings", "day"] == "start")
            let text = try await ada.make(
                "\(path)/tiles",
                ##"{"tile_type":"text","content":"# <script>x</script>","pos_x":1000,"pos_y":1,"width":100}"##
            )
            #expect(text["content"] == "# <script>x</script>")
            #expect(text["visualization_id"] == .null)
            let tag = try #require(text.headers[.eTag])
            #expect(try await ada(.get, path).headers[.eTag] == tag)
            let list = try await ada(.get, "\(path)/tiles")
            #expect(list["0", "id"] == chart["id"])
            #expect(list["1", "id"] == text["id"])
            #expect(try await ada(.get, "dashboards")["items", "0", "tile_count"] == 2)
            let tile = "\(path)/tiles/\(try #require(text.text("id")))"
            let changed = try await ada(.put, tile, #"{"title":"Note","content":null}"#, headers: [.ifMatch: tag])
            #expect(changed["title"] == "Note")
            #expect(changed["content"] == .null)
            #expect(changed["pos_x"] == 1000)
            #expect(try await ada(.put, tile, #"{"title":"x"}"#, headers: [.ifMatch: tag]).status == 412)
            #expect(try await ada(.delete, tile, headers: [.ifMatch: tag]).status == 412)
            #expect(try await ada(.delete, tile).status == 204)
            #expect(try await ada(.delete, tile).status == 404)
            #expect(try await ada(.put, tile, #"{"title":"x"}"#).status == 404)
            let revisions = try await ada(.get, "\(path)/revisions")
            #expect(revisions["total"] == 5)
            let before = try await ada(.get, "\(path)/revisions/3")
            #expect(before["content", "tiles", "1", "content"] == "# <script>x</script>")
            let restored = try await ada(.post, "\(path)/revisions/3/restore")
            #expect(restored.status == 200)
            #expect(restored["tiles", "1", "id"] == text["id"])
            #expect(restored["tiles", "1", "content"] == "# <script>x</script>")
            #expect(restored["tiles", "0", "parameter_bindings", "day"] == "start")
        }
    }

    @Test(
        "a tile that is wrong says where, and is not added",
        arguments: [
            ("{}", 400, ["visualization_id"]), (#"{"visualization_id":7}"#, 400, ["visualization_id"]),
            (#"{"tile_type":"image","visualization_id":"V"}"#, 422, ["tile_type"]),
            (#"{"tile_type":"text","visualization_id":"V"}"#, 422, ["visualization_id"]),
            (#"{"visualization_id":"V","pos_x":1001,"pos_y":-1}"#, 422, ["pos_x", "pos_y"]),
            (#"{"visualization_id":"V","width":0,"height":101}"#, 422, ["width", "height"]),
            (#"{"visualization_id":"V","width":"4"}"#, 400, ["width"]),
            (#"{"visualization_id":"V","parameter_bindings":[]}"#, 400, ["parameter_bindings"]),
            (#"{"visualization_id":"V","parameter_bindings":{"day":1}}"#, 400, ["parameter_bindings.day"]),
            (#"{"visualization_id":"V","parameter_bindings":{"day":"end"}}"#, 422, ["parameter_bindings.day"]),
            (#"{"visualization_id":"V","parameter_bindings":{"x":"start"}}"#, 422, ["parameter_bindings.x"]),
            (#"{"visualization_id":"V","title":"\#(String(repeating: "x", count: 300))"}"#, 422, ["title"]),
            (#"{"tile_type":"text","content":"\#(String(repeating: "x", count: 65_537))"}"#, 422, ["content"]),
            (#"{"visualization_id":"0196f000-0000-7000-8000-000000000000"}"#, 422, ["visualization_id"]),
        ]
    )
    func badTiles(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query(parameters: #"[{"name":"day","param_type":"date"}]"#)
            let visualization = try await ada.visualization(of: query)
            let dashboard = try await ada.dashboard(parameters: Self.parameter)
            let before = try await ada(.get, "dashboards/\(dashboard)")
            let json = json.replacing("\"V\"", with: "\"\(visualization)\"")
            let answer = try await ada(.post, "dashboards/\(dashboard)/tiles", json)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorFields == fields)
            let after = try await ada(.get, "dashboards/\(dashboard)")
            #expect(after.text == before.text)
            #expect(after.headers[.eTag] == before.headers[.eTag])
        }
    }

    @Test("a layout moves all tiles or none, and not over an edit that nobody saw")
    func layout() async throws {
        try await TestServer.withObjects { _, ada in
            let visualization = try await ada.visualization()
            let dashboard = try await ada.dashboard()
            let one = try await ada.tile(visualization, on: dashboard)
            let two = try await ada.tile(visualization, on: dashboard, x: 4)
            let path = "dashboards/\(dashboard)/layout"
            func item(_ id: String, x: Int) -> String {
                "{\"id\":\"\(id)\",\"pos_x\":\(x),\"pos_y\":0,\"width\":2,\"height\":3}"
            }
            let before = try await ada(.get, "dashboards/\(dashboard)")
            let tag = try #require(before.headers[.eTag])
            let json = "{\"tiles\":[\(item(one, x: 9)),\(item(two, x: 1))]}"
            let moved = try await ada(.put, path, json, headers: [.ifMatch: tag])
            #expect(moved.status == 200)
            #expect(moved["tiles", "0", "id"] == .string(two))
            #expect(moved["tiles", "1", "pos_x"] == 9)
            #expect(moved["tiles", "1", "height"] == 3)
            #expect(try await ada(.put, path, json, headers: [.ifMatch: tag]).status == 412)
            let other = try await ada.tile(visualization, on: ada.dashboard("Other"))
            let foreign = try await ada(.put, path, "{\"tiles\":[\(item(one, x: 5)),\(item(other, x: 5))]}")
            #expect(foreign.status == 422)
            #expect(foreign.errorFields == ["tiles[1].id"])
            let twice = try await ada(.put, path, "{\"tiles\":[\(item(one, x: 5)),\(item(one, x: 6))]}")
            #expect(twice.errorFields == ["tiles[1].id"])
            let outside = try await ada(.put, path, "{\"tiles\":[\(item(one, x: 1001))]}")
            #expect(outside.errorFields == ["tiles[0].pos_x"])
            #expect(try await ada(.put, path, "{}").status == 400)
            let after = try await ada(.get, "dashboards/\(dashboard)")
            #expect(after.text == moved.text)
        }
    }

    @Test("a dashboard has at most a hundred tiles")
    func limit() async throws {
        try await TestServer.withObjects { _, ada in
            let dashboard = try await ada.dashboard()
            let json = #"{"tile_type":"text","content":"x"}"#
            for _ in 0..<100 { _ = try await ada.make("dashboards/\(dashboard)/tiles", json) }
            let full = try await ada(.post, "dashboards/\(dashboard)/tiles", json)
            #expect(full.status == 422)
            #expect(full.errorFields == ["tiles"])
            #expect(try await ada(.get, "dashboards")["items", "0", "tile_count"] == 100)
        }
    }

    @Test("visualizations and queries come along where they are asked for, and the tag tells of them")
    func include() async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query("Q")
            let visualization = try await ada.visualization("V", of: query)
            let dashboard = try await ada.dashboard()
            for x in 0..<3 { _ = try await ada.tile(visualization, on: dashboard, x: x) }
            let path = "dashboards/\(dashboard)"
            let plain = try await ada(.get, path)
            #expect(plain["visualizations"] == nil)
            #expect(plain["queries"] == nil)
            let whole = try await ada(.get, "\(path)?include=visualizations,queries")
            #expect(whole["visualizations", "0", "id"] == .string(visualization))
            #expect(whole["visualizations", "0", "config"] == [:])
            #expect(whole["visualizations", "1"] == nil)
            #expect(whole["queries", "0", "sql"] == "SELECT 1")
            let tag = try #require(whole.headers[.eTag])
            #expect(tag != plain.headers[.eTag])
            let headers: HTTPFields = [.ifNoneMatch: tag]
            #expect(try await ada(.get, "\(path)?include=visualizations,queries", headers: headers).status == 304)
            #expect(try await ada(.patch, "queries/\(query)", #"{"name":"Q2"}"#).status == 200)
            #expect(try await ada(.get, "\(path)?include=visualizations,queries", headers: headers).status == 200)
            // The tag still names the dashboard's version to whoever changes it.
            #expect(try await ada(.patch, path, #"{"name":"x"}"#, headers: [.ifMatch: tag]).status == 200)
            #expect(try await ada(.get, "\(path)?include=everything").status == 400)
        }
    }

    @Test("another organization's are not found, and its visualizations are none")
    func isolation() async throws {
        try await TestServer.withObjects { server, ada in
            let visualization = try await ada.visualization()
            let dashboard = try await ada.dashboard()
            let tile = try await ada.tile(visualization, on: dashboard)
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            let path = "dashboards/\(dashboard)"
            let layout = "{\"tiles\":[{\"id\":\"\(tile)\",\"pos_x\":1,\"pos_y\":1,\"width\":1,\"height\":1}]}"
            let changes: [(HTTPRequest.Method, String, String?)] = [
                (.put, path, #"{"name":"x"}"#), (.delete, path, nil), (.post, "\(path)/duplicate", nil),
                (.post, "\(path)/tiles", #"{"tile_type":"text"}"#), (.put, "\(path)/tiles/\(tile)", #"{"title":"x"}"#),
                (.delete, "\(path)/tiles/\(tile)", nil), (.put, "\(path)/layout", layout),
            ]
            for (method, path, json) in changes {
                #expect(try await eve(method, path, json).status == 404, "\(method) \(path)")
                #expect(try await vic(method, path, json).status == 403, "\(method) \(path)")
            }
            for path in [path, "\(path)/tiles", "\(path)?include=queries"] {
                #expect(try await eve(.get, path).status == 404)
                #expect(try await vic(.get, path).status == 200)
            }
            #expect(try await eve(.get, "dashboards")["total"] == 0)
            let own = try await eve.dashboard()
            let json = "{\"visualization_id\":\"\(visualization)\"}"
            let nothing = "{\"visualization_id\":\"0196f000-0000-7000-8000-000000000000\"}"
            let foreign = try await eve(.post, "dashboards/\(own)/tiles", json)
            #expect(foreign.status == 422)
            #expect(foreign.errorFields == ["visualization_id"])
            let missing = try await eve(.post, "dashboards/\(own)/tiles", nothing)
            #expect(foreign["error", "message"] == missing["error", "message"])
            // A tile of one dashboard is none of another.
            #expect(try await eve(.delete, "dashboards/\(own)/tiles/\(tile)").status == 404)
            let text = try await eve.make("dashboards/\(own)/tiles", #"{"tile_type":"text"}"#)
            let change = "{\"tile_type\":\"visualization\",\"visualization_id\":\"\(visualization)\"}"
            let changed = try await eve(.put, "dashboards/\(own)/tiles/\(text.text("id") ?? "")", change)
            #expect(changed.errorFields == ["visualization_id"])
        }
    }
}
