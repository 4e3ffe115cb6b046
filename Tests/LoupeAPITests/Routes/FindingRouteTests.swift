import Foundation
import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("/search, /favorites, /recents, /home and /organizations/usage")
struct FindingRouteTests {
    @Test("search finds what was saved and says where")
    func search() async throws {
        try await TestServer.with { server, call in
            let (ada, eve) = (try await server.found("ada", call), try await server.found("eve", call))
            let vic = try await server.join("vic", .viewer, ada, call)
            let source = try await QueryRouteTests.makeDatasource(ada, call)
            _ = try await QueryRouteTests.makeQuery("Late flights", on: source, ada, call)
            _ = try await CanvasRouteTests.make(#"{"name":"Why so late"}"#, ada, call)
            let found = try await call(.get, "/api/v1/search?q=LATE", token: vic.token)
            #expect(found.status == 200)
            #expect(found["0", "name"] == "Late flights")
            #expect(found["0", "type"] == "query")
            #expect(found["0", "match"] == "name")
            #expect(found["1", "type"] == "canvas")
            let canvases = try await call(.get, "/api/v1/search?q=late&types=canvas,dashboard", token: vic.token)
            #expect(canvases["0", "type"] == "canvas")
            #expect(canvases["1"] == nil)
            #expect(try await call(.get, "/api/v1/search?q=late&limit=1", token: vic.token)["1"] == nil)
            #expect(try await call(.get, "/api/v1/search?q=late", token: eve.token).text == "[]")
            #expect(try await call(.get, "/api/v1/search?q=", token: vic.token).text == "[]")
            let long = String(repeating: "x", count: 201)
            for (query, status) in [
                ("", 400), ("?q=a&types=user", 400), ("?q=\(long)", 422), ("?q=%25_%5C%22*", 200),
                ("?q=a&limit=x", 400),
            ] {
                #expect(try await call(.get, "/api/v1/search\(query)", token: vic.token).status == status, "\(query)")
            }
        }
    }

    @Test("an object is marked, listed and unmarked by each for themselves")
    func favorites() async throws {
        try await TestServer.with { server, call in
            let (ada, eve) = (try await server.found("ada", call), try await server.found("eve", call))
            let vic = try await server.join("vic", .viewer, ada, call)
            let id = try #require(
                try await CanvasRouteTests.make(#"{"name":"x"}"#, ada, call).split(separator: "/").last
            )
            let path = "/api/v1/favorites/canvas/\(id)"
            for _ in 0..<2 { #expect(try await call(.put, path, token: vic.token).status == 204) }
            #expect(try await call(.get, "/api/v1/favorites", token: vic.token)["0", "id"] == .string(String(id)))
            #expect(try await call(.get, "/api/v1/favorites", token: ada.token).text == "[]")
            #expect(try await call(.put, path, token: eve.token).status == 404)
            for wrong in ["canvas/x", "widget/\(id)", "query/\(id)", "canvas/\(UUID())"] {
                #expect(try await call(.put, "/api/v1/favorites/\(wrong)", token: vic.token).status == 404)
            }
            #expect(try await call(.delete, path, token: vic.token).status == 204)
            #expect(try await call(.delete, path, token: vic.token).status == 204)
            #expect(try await call(.get, "/api/v1/favorites", token: vic.token).text == "[]")
        }
    }

    @Test("opening an object makes it recent, for who opened it; a list or a 404 does not")
    func recents() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let source = try await QueryRouteTests.makeDatasource(ada, call)
            let query = try await QueryRouteTests.makeQuery("q", on: source, ada, call)
            let canvas = try await CanvasRouteTests.make(#"{"name":"x"}"#, ada, call)
            #expect(try await call(.get, "/api/v1/recents", token: ada.token).text == "[]")
            _ = try await call(.get, try #require(query.headers[.location]), token: ada.token)
            server.clock.advance(by: .seconds(1))
            _ = try await call(.get, canvas, token: ada.token)
            _ = try await call(.get, "/api/v1/canvases", token: ada.token)
            _ = try await call(.get, "/api/v1/queries/\(UUID())", token: ada.token)
            let recents = try await call(.get, "/api/v1/recents", token: ada.token)
            #expect(recents["0", "type"] == "canvas")
            #expect(recents["1", "name"] == "q")
            #expect(recents["2"] == nil)
            server.clock.advance(by: .seconds(1))
            let tag =
                try await call(.get, try #require(query.headers[.location]), token: ada.token).headers[.eTag] ?? ""
            let unchanged = try await call(
                .get,
                try #require(query.headers[.location]),
                token: ada.token,
                headers: [.ifNoneMatch: tag]
            )
            #expect(unchanged.status == 304)
            let home = try await call(.get, "/api/v1/home", token: ada.token)
            #expect(home["recent", "0", "name"] == "q")
            #expect(home["counts", "queries"] == 1)
            #expect(home["failing"] == [])
        }
    }

    @Test("home shows what runs, to those who may see it, and usage counts")
    func home() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let source = try await QueryRouteTests.makeDatasource(ada, call)
            let adHoc = #"{"datasource_id":"\#(source)","sql":"SELECT 1"}"#
            #expect(try await call(.post, "/api/v1/runs/execute", token: ada.token, json: adHoc).status == 201)
            #expect(try await call(.get, "/api/v1/home", token: ada.token)["running", "0", "status"] == "queued")
            #expect(try await call(.get, "/api/v1/home", token: vic.token)["running"] == [])
            let claim = try await server.claim()
            try await server.complete(claim, rows: [(1, "a")])
            #expect(try await call(.get, "/api/v1/home", token: ada.token)["running"] == [])
            let usage = try await call(.get, "/api/v1/organizations/usage", token: ada.token)
            #expect(usage.status == 200, "\(usage.text)")
            #expect(try await call(.get, "/api/v1/organizations/usage", token: vic.token).status == 403)
            #expect(usage["users"] == 2)
            #expect(usage["runs_today"] == 1)
            #expect(usage["queries"] == 0)
            #expect(usage["limits", "max_concurrent_runs"] == 20)
            guard case .number(let bytes)? = usage["result_bytes"] else {
                Issue.record("no result_bytes: \(usage.text)")
                return
            }
            #expect((Int(bytes) ?? 0) > 0)
        }
    }
}
