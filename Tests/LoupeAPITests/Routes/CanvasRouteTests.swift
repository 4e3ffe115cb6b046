import Foundation
import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/canvases")
struct CanvasRouteTests {
    static func make(
        _ json: String = #"{"name":"Story"}"#,
        _ account: TestAccount,
        _ call: TestCalls
    ) async throws
        -> String
    {
        let answer = try await call(.post, "/api/v1/canvases", token: account.token, json: json)
        #expect(answer.status == 201)
        return try #require(answer.headers[.location])
    }

    static func node(
        _ json: String = #"{"node_type":"note"}"#,
        on canvas: String,
        _ account: TestAccount,
        _ call: TestCalls
    )
        async throws -> String
    {
        let answer = try await call(.post, "\(canvas)/nodes", token: account.token, json: json)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(answer.text("id"))
    }

    @Test("a canvas is made, read, changed and listed, by those who may")
    func life() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let new = try await call(
                .post,
                "/api/v1/canvases",
                token: ada.token,
                json: #"{"name":"Story","tags":["b","a"]}"#
            )
            #expect(new.status == 201)
            #expect(new["time_preset"] == "7d")
            #expect(new["time_offset"] == 0)
            #expect(new["live"] == false)
            #expect(new["nodes"] == [])
            #expect(new["edges"] == [])
            #expect(new["tags"] == ["a", "b"])
            #expect(new["created_by_name"] == "ada")
            let path = try #require(new.headers[.location])
            #expect(try await call(.get, path, token: vic.token).headers[.eTag] == new.headers[.eTag])
            let refused = try await call(.post, "/api/v1/canvases", token: vic.token, json: #"{"name":"x"}"#)
            #expect(refused.status == 403)
            let change = #"{"name":"Tale","time_preset":"now","time_offset":60000,"live":true}"#
            let tag = new.headers[.eTag] ?? ""
            let changed = try await call(.patch, path, token: ada.token, json: change, headers: [.ifMatch: tag])
            #expect(changed.status == 200)
            #expect(changed["name"] == "Tale")
            #expect(changed["time_offset"] == 60000)
            let stale = try await call(.put, path, token: ada.token, json: change, headers: [.ifMatch: tag])
            #expect(stale.status == 412)
            #expect(try await call(.patch, path, token: vic.token, json: change).status == 403)
            _ = try await Self.node(on: path, ada, call)
            let list = try await call(.get, "/api/v1/canvases?search=TAL&tags=a", token: vic.token)
            #expect(list["items", "0", "node_count"] == 1)
            #expect(list["items", "0", "edge_count"] == 0)
            #expect(list["items", "0", "nodes"] == nil)
        }
    }

    @Test(
        "a canvas' fields keep to their rules, and each that does not is named",
        arguments: [
            (#"{"name":7}"#, 400, ["name"]), ("{}", 400, ["name"]), (#"{"name":" "}"#, 422, ["name"]),
            (#"{"name":"\#(String(repeating: "x", count: 300))"}"#, 422, ["name"]),
            (#"{"name":"x","time_preset":"2h","time_offset":-1}"#, 422, ["time_preset", "time_offset"]),
            (#"{"name":"x","time_preset":"custom"}"#, 422, ["time_custom_start", "time_custom_end"]),
            (
                #"{"name":"x","time_custom_start":"2026-01-02T00:00:00Z","time_custom_end":"2026-01-01T00:00:00Z"}"#,
                422,
                ["time_custom_end"]
            ),
            (#"{"name":"x","time_custom_start":"0000-01-01T00:00:00Z"}"#, 422, ["time_custom_start"]),
            (#"{"name":"x","live":"yes","tags":7}"#, 400, ["live", "tags"]),
            (#"{"name":"x","tags":[\#((0..<51).map { "\"t\($0)\"" }.joined(separator: ","))]}"#, 422, ["tags"]),
            (#"{"name":"<b>'; DROP TABLE canvases; --","time_preset":"90d"}"#, 201, []),
        ]
    )
    func rules(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let answer = try await call(.post, "/api/v1/canvases", token: ada.token, json: json)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorFields == fields)
        }
    }

    @Test("a change is judged by what the canvas is after it")
    func customWindow() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let window =
                #"{"name":"x","time_preset":"custom","time_custom_start":"2026-01-01T00:00:00Z","time_custom_end":"2026-01-02T00:00:00Z"}"#
            let path = try await Self.make(window, ada, call)
            let earlier = #"{"time_custom_end":"2025-01-01T00:00:00Z"}"#
            let refused = try await call(.patch, path, token: ada.token, json: earlier)
            #expect(refused.errorFields == ["time_custom_end"])
            let cleared = try await call(.patch, path, token: ada.token, json: #"{"time_custom_end":null}"#)
            #expect(cleared.status == 422)
            let preset = #"{"time_preset":"1h","time_custom_start":null,"time_custom_end":null}"#
            #expect(try await call(.patch, path, token: ada.token, json: preset)["time_custom_end"] == .null)
        }
    }

    @Test("nodes and edges are added, changed and removed one by one")
    func parts() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = try await Self.make(#"{"name":"x"}"#, ada, call)
            let first = try await call(
                .post,
                "\(path)/nodes",
                token: ada.token,
                json: #"{"node_type":"note","meta":{"markdown":"**hi**","own":[1]}}"#
            )
            #expect(first.status == 201)
            #expect(first["width"] == .number("280.0"))
            #expect(first["height"] == .number("160.0"))
            #expect(first["pos_x"] == .number("0.0"))
            #expect(first["meta", "own", "0"] == 1)
            #expect(first.headers[.eTag] == "\"v2\"")
            let a = try #require(first.text("id"))
            let b = try await Self.node(on: path, ada, call)
            let moved = try await call(
                .patch,
                "\(path)/nodes/\(a)",
                token: ada.token,
                json: #"{"pos_x":-10000,"title":"T"}"#
            )
            #expect(moved["pos_x"] == .number("-10000.0"))
            #expect(moved["meta", "markdown"] == "**hi**")
            let edge = #"{"from_node_id":"\#(a)","to_node_id":"\#(b)"}"#
            let joined = try await call(.post, "\(path)/edges", token: ada.token, json: edge)
            #expect(joined.status == 201)
            #expect(joined["label"] == "motivates")
            #expect(try await call(.post, "\(path)/edges", token: ada.token, json: edge).status == 409)
            let id = try #require(joined.text("id"))
            let label = try await call(
                .put,
                "\(path)/edges/\(id)",
                token: ada.token,
                json: #"{"label":"derives_from"}"#
            )
            #expect(label["label"] == "derives_from")
            #expect(
                try await call(.put, "\(path)/edges/\(id)", token: ada.token, json: #"{"label":"loves"}"#).status == 422
            )
            #expect(try await call(.put, "\(path)/edges/\(id)", token: ada.token, json: "{}").status == 422)
            #expect(try await call(.delete, "\(path)/nodes/\(b)", token: ada.token).status == 204)
            #expect(try await call(.delete, "\(path)/nodes/\(b)", token: ada.token).status == 404)
            #expect(try await call(.delete, "\(path)/edges/\(id)", token: ada.token).status == 404)
            #expect(try await call(.get, path, token: ada.token)["edges"] == [])
        }
    }

    @Test(
        "a node keeps to its rules",
        arguments: [
            ("{}", 400, ["node_type"]), (#"{"node_type":"chart"}"#, 422, ["node_type"]),
            (#"{"node_type":"note","pos_x":10001,"pos_y":-10000.5}"#, 422, ["pos_x", "pos_y"]),
            (#"{"node_type":"note","width":49,"height":2001}"#, 422, ["width", "height"]),
            (#"{"node_type":"note","pos_x":1e999}"#, 422, ["pos_x"]),
            (#"{"node_type":"note","pos_x":"1"}"#, 400, ["pos_x"]),
            (#"{"node_type":"note","meta":[]}"#, 400, ["meta"]), (#"{"node_type":"note","id":"x"}"#, 422, ["id"]),
            (#"{"node_type":"query","meta":{"sql":7}}"#, 400, ["meta.sql"]),
            (#"{"node_type":"query","meta":{"query_id":"x"}}"#, 422, ["meta.query_id"]),
            (#"{"node_type":"note","title":"\#(String(repeating: "x", count: 256))"}"#, 422, ["title"]),
            (#"{"node_type":"note","meta":{"a":"\u0000"}}"#, 422, ["meta"]),
            (#"{"node_type":"note","meta":{"a":"\#(String(repeating: "x", count: 263_000))"}}"#, 422, ["meta"]),
            (#"{"node_type":"note","meta":\#(String(repeating: "[", count: 10_000))}"#, 400, []),
        ]
    )
    func nodeRules(_ json: String, _ status: Int, _ fields: [String]) async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = try await Self.make(#"{"name":"x"}"#, ada, call)
            let answer = try await call(.post, "\(path)/nodes", token: ada.token, json: json)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.errorFields == fields)
            #expect(try await call(.get, path, token: ada.token)["nodes"] == [])
        }
    }

    @Test("many changes are one: nodes of the call may be named by its edges, and one mistake undoes all")
    func changes() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = try await Self.make(#"{"name":"x"}"#, ada, call)
            let old = try await Self.node(on: path, ada, call)
            server.clock.advance(by: .seconds(1))
            let new = UUID().uuidString.lowercased()
            let json = """
                {"nodes":{"create":[{"id":"\(new)","node_type":"note"}],"update":[{"id":"\(old)","pos_x":5}]},
                "edges":{"create":[{"from_node_id":"\(old)","to_node_id":"\(new)","label":"questions"}]}}
                """
            let changed = try await call(
                .post,
                "\(path)/changes",
                token: ada.token,
                json: json,
                headers: [.ifMatch: "\"v2\""]
            )
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed["edges", "0", "to_node_id"] == .string(new))
            #expect(changed["nodes", "0", "pos_x"] == .number("5.0"))
            let again = try await call(
                .post,
                "\(path)/changes",
                token: ada.token,
                json: json,
                headers: [.ifMatch: "\"v2\""]
            )
            #expect(again.status == 412)
            let twice = try await call(.post, "\(path)/changes", token: ada.token, json: json)
            #expect(twice.errorFields == ["nodes.create[0].id"])
            let half = #"{"nodes":{"delete":["\#(old)"],"create":[{"node_type":"x"},{"node_type":"note","width":1}]}}"#
            let refused = try await call(.post, "\(path)/changes", token: ada.token, json: half)
            #expect(refused.errorFields == ["nodes.create[0].node_type", "nodes.create[1].width"])
            #expect(try await call(.post, "\(path)/changes", token: ada.token, json: "{}").status == 422)
            #expect(try await call(.post, "\(path)/changes", token: ada.token, json: #"{"nodes":[]}"#).status == 400)
            let whole = try await call(.get, path, token: ada.token)
            #expect(whole.headers[.eTag] == "\"v3\"")
            #expect(whole["nodes", "1", "id"] == .string(new))
        }
    }

    @Test("nothing leads from one canvas to a node of another, or into another organization")
    func foreign() async throws {
        try await TestServer.with { server, call in
            let (ada, eve) = (try await server.found("ada", call), try await server.found("eve", call))
            let (path, second) = (
                try await Self.make(#"{"name":"x"}"#, ada, call), try await Self.make(#"{"name":"y"}"#, ada, call)
            )
            let here = try await Self.node(on: path, ada, call)
            let there = try await Self.node(on: second, ada, call)
            let edge = #"{"from_node_id":"\#(here)","to_node_id":"\#(there)"}"#
            let refused = try await call(.post, "\(path)/edges", token: ada.token, json: edge)
            #expect(refused.status == 422)
            #expect(refused.errorFields == ["to_node_id"])
            #expect(try await call(.delete, "\(path)/nodes/\(there)", token: ada.token).status == 404)
            let source = try await QueryRouteTests.makeDatasource(eve, call)
            let query = try await QueryRouteTests.makeQuery("q", on: source, eve, call)
            let id = try #require(query.text("id"))
            for (field, value) in [("datasource_id", source), ("query_id", id), ("run_id", UUID().uuidString)] {
                let node = #"{"node_type":"query","meta":{"\#(field)":"\#(value)"}}"#
                let answer = try await call(.post, "\(path)/nodes", token: ada.token, json: node)
                #expect(answer.status == 422)
                #expect(answer.errorFields == ["meta.\(field)"])
                let change = try await call(.patch, "\(path)/nodes/\(here)", token: ada.token, json: node)
                #expect(change.status == 422)
            }
            for (method, suffix, json) in [
                (HTTPRequest.Method.get, "", nil), (.patch, "", #"{"name":"z"}"#),
                (.post, "/nodes", #"{"node_type":"note"}"#), (.patch, "/nodes/\(here)", #"{"title":"z"}"#),
                (.delete, "/nodes/\(here)", nil), (.post, "/nodes/\(here)/run", nil), (.post, "/edges", edge),
                (.post, "/changes", #"{"nodes":{"delete":["\#(here)"]}}"#),
            ] {
                #expect(try await call(method, path + suffix, token: eve.token, json: json).status == 404, "\(suffix)")
            }
        }
    }

    @Test("a viewer runs a node's stored SQL, with the canvas' window as its start and end")
    func run() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let source = try await QueryRouteTests.makeDatasource(ada, call)
            let path = try await Self.make(#"{"name":"x","time_preset":"1h","time_offset":60000}"#, ada, call)
            let sql = "SELECT 1 WHERE a > :start AND a < :end AND b = :b"
            let meta = #"{"datasource_id":"\#(source)","sql":"\#(sql)","parameters":{"b":"x","start":"no","old":1}}"#
            let node = try await Self.node(#"{"node_type":"query","meta":\#(meta)}"#, on: path, ada, call)
            let run = try await call(.post, "\(path)/nodes/\(node)/run", token: vic.token)
            #expect(run.status == 201, "\(run.text)")
            #expect(run["trigger"] == "canvas")
            #expect(run["query_id"] == .null)
            let end = server.clock.now - .seconds(60)
            #expect(run["parameters", "end"] == .string(end.description))
            #expect(run["parameters", "start"] == .string((end - .seconds(3600)).description))
            #expect(run["parameters", "b"] == "x")
            #expect(run["parameters", "old"] == nil)
            let second = try await server.join("val", .viewer, ada, call)
            let seen = try await call(.get, try #require(run.headers[.location]), token: second.token)
            #expect(seen.status == 200)
            #expect(try await call(.get, "/api/v1/runs?trigger=canvas", token: second.token)["total"] == 1)
            let query = try await QueryRouteTests.makeQuery("q", sql: "SELECT :start", on: source, ada, call)
            let saved = try #require(query.text("id"))
            let byQuery = try await Self.node(
                #"{"node_type":"query","meta":{"query_id":"\#(saved)"}}"#,
                on: path,
                ada,
                call
            )
            let other = try await call(.post, "\(path)/nodes/\(byQuery)/run", token: vic.token)
            #expect(other["query_id"] == .string(saved))
            #expect(other["parameters", "end"] == nil)
            #expect(try await call(.delete, "/api/v1/queries/\(saved)?cascade=true", token: ada.token).status == 204)
            let gone = try await call(.post, "\(path)/nodes/\(byQuery)/run", token: vic.token)
            #expect(gone.errorFields == ["meta.query_id"])
            for json in [#"{"node_type":"note"}"#, #"{"node_type":"query"}"#] {
                let idle = try await Self.node(json, on: path, ada, call)
                #expect(try await call(.post, "\(path)/nodes/\(idle)/run", token: vic.token).status == 422)
            }
        }
    }

    @Test("each save is a revision that can be restored, nodes and edges included")
    func revisions() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let path = try await Self.make(#"{"name":"x","tags":["a"]}"#, ada, call)
            let first = try await Self.node(#"{"node_type":"note","meta":{"markdown":"one"}}"#, on: path, ada, call)
            let second = try await Self.node(on: path, ada, call)
            let edge = #"{"from_node_id":"\#(first)","to_node_id":"\#(second)","label":"supports"}"#
            #expect(try await call(.post, "\(path)/edges", token: ada.token, json: edge).status == 201)
            _ = try await call(
                .patch,
                "\(path)/nodes/\(first)",
                token: ada.token,
                json: #"{"meta":{"markdown":"two"}}"#
            )
            _ = try await call(.delete, "\(path)/nodes/\(second)", token: ada.token)
            _ = try await call(.patch, path, token: ada.token, json: #"{"name":"y","tags":[],"time_preset":"1h"}"#)
            let list = try await call(.get, "\(path)/revisions", token: vic.token)
            #expect(list["total"] == 7)
            #expect(list["items", "0", "content"] == nil)
            let fourth = try await call(.get, "\(path)/revisions/4", token: vic.token)
            #expect(fourth["content", "edges", "0", "label"] == "supports")
            let refused = try await call(.post, "\(path)/revisions/4/restore", token: vic.token)
            #expect(refused.status == 403)
            let restored = try await call(.post, "\(path)/revisions/4/restore", token: ada.token)
            #expect(restored.status == 200, "\(restored.text)")
            #expect(restored["name"] == "x")
            #expect(restored["tags"] == ["a"])
            #expect(restored["time_preset"] == "7d")
            let whole = try await call(.get, path, token: ada.token)
            #expect(whole["edges", "0", "to_node_id"] == .string(second))
            #expect(whole["nodes", "2"] == nil)
            #expect(whole.text.contains(#""markdown":"one""#))
            #expect(try await call(.get, "\(path)/revisions", token: vic.token)["total"] == 8)
            #expect(try await call(.get, "\(path)/revisions/99", token: vic.token).status == 404)
        }
    }

    @Test("a copy has the same under new ids, and a deleted canvas comes back whole from the bin")
    func copies() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let path = try await Self.make(#"{"name":"Story","tags":["a"]}"#, ada, call)
            let first = try await Self.node(#"{"node_type":"note","meta":{"markdown":"one"}}"#, on: path, ada, call)
            let second = try await Self.node(on: path, ada, call)
            let edge = #"{"from_node_id":"\#(first)","to_node_id":"\#(second)"}"#
            #expect(try await call(.post, "\(path)/edges", token: ada.token, json: edge).status == 201)
            let copy = try await call(.post, "\(path)/duplicate", token: ada.token)
            #expect(copy.status == 201)
            #expect(copy["name"] == "Story (copy)")
            #expect(copy["tags"] == ["a"])
            #expect(copy["nodes", "1", "id"] != nil)
            #expect(!copy.text.contains(first))
            #expect(copy["edges", "0", "from_node_id"] != nil)
            #expect(copy.text.contains(#""markdown":"one""#))
            let tag = try await call(.get, path, token: ada.token).headers[.eTag] ?? ""
            let stale = try await call(.delete, path, token: ada.token, headers: [.ifMatch: "\"v1\""])
            #expect(stale.status == 412)
            #expect(try await call(.delete, path, token: ada.token, headers: [.ifMatch: tag]).status == 204)
            #expect(try await call(.get, path, token: ada.token).status == 404)
            #expect(try await call(.get, "\(path)/revisions", token: ada.token).status == 404)
            #expect(try await call(.get, "/api/v1/search?q=story&types=canvas", token: ada.token)["1"] == nil)
            let bin = try await call(.get, "/api/v1/bin", token: ada.token)
            #expect(bin["items", "0", "type"] == "canvas")
            let id = try #require(path.split(separator: "/").last)
            #expect(try await call(.post, "/api/v1/bin/canvas/\(id)/restore", token: ada.token).status == 200)
            let back = try await call(.get, path, token: ada.token)
            #expect(back["edges", "0", "to_node_id"] == .string(second))
            #expect(try await call(.get, "/api/v1/search?q=story&types=canvas", token: ada.token)["1", "name"] != nil)
            let audit = try await call(.get, "/api/v1/organizations/audit-log", token: ada.token)
            #expect(audit.text.contains("canvas.delete"))
        }
    }
}
