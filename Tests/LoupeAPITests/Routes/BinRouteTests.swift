import HTTPTypes
import LoupeCore
import LoupeStore
import Testing

@testable import LoupeAPI

@Suite("/bin, revisions and duplicates")
struct BinRouteTests {
    @Test("what is deleted lies in the bin, comes back, or goes for good")
    func bin() async throws {
        try await TestServer.withObjects { server, ada in
            let visualization = try await ada.visualization("Delays")
            let path = "visualizations/\(visualization)"
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.get, path).status == 404)
            let bin = try await ada(.get, "bin")
            #expect(bin["items", "0", "type"] == "visualization")
            #expect(bin["items", "0", "name"] == "Delays")
            #expect(bin["items", "0", "deleted_by_name"] == "ada")
            let restored = try await ada(.post, "bin/visualization/\(visualization)/restore")
            #expect(restored.status == 200)
            #expect(try await ada(.get, path).status == 200)
            #expect(try await ada(.get, "visualizations?search=delays")["total"] == 1)
            #expect(try await ada(.post, "bin/visualization/\(visualization)/restore").status == 404)
            #expect(try await ada(.delete, "bin/visualization/\(visualization)").status == 404)
            #expect(try await ada(.delete, path).status == 204)
            #expect(try await ada(.get, "bin?type=query")["total"] == 0)
            #expect(try await ada(.delete, "bin/visualization/\(visualization)").status == 204)
            #expect(try await ada(.get, "bin")["total"] == 0)
            let log = try await AuditRepository(server.database)
                .list(ListRequest(), in: ada.account.organization).items.map(\.action)
            for action in ["visualization.delete", "visualization.restore", "visualization.purge"] {
                #expect(log.contains(action), "\(action)")
            }
        }
    }

    @Test("no other organization and no viewer reaches into the bin, and what is no kind is not found")
    func isolation() async throws {
        try await TestServer.withObjects { server, ada in
            let query = try await ada.query()
            #expect(try await ada(.delete, "queries/\(query)").status == 204)
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            #expect(try await eve(.get, "bin")["total"] == 0)
            #expect(try await eve(.post, "bin/query/\(query)/restore").status == 404)
            #expect(try await eve(.delete, "bin/query/\(query)").status == 404)
            #expect(try await vic(.get, "bin").status == 403)
            #expect(try await vic(.post, "bin/query/\(query)/restore").status == 403)
            #expect(try await vic(.delete, "bin/query/\(query)").status == 403)
            for path in ["bin/user/\(query)", "bin/query/x", "bin/dashboard/\(query)", "bin/datasource/\(query)"] {
                #expect(try await ada(.delete, path).status == 404, "\(path)")
                #expect(try await ada(.post, "\(path)/restore").status == 404, "\(path)")
            }
            #expect(try await ada(.get, "bin?type=users").status == 400)
            #expect(try await ada(.get, "bin?type=datasource").status == 400)
            #expect(try await ada(.get, "bin?sort_by=sql").text.contains("deleted_at, name"))
        }
    }

    @Test("a restored revision of a query is its newest one")
    func revisions() async throws {
        try await TestServer.withObjects { _, ada in
            let query = try await ada.query("First")
            let path = "queries/\(query)"
            let changed = try await ada(.patch, path, #"{"name":"Second","tags":["x"]}"#)
            let list = try await ada(.get, "\(path)/revisions")
            #expect(list["total"] == 2)
            #expect(list["items", "0", "revision"] == 2)
            #expect(list["items", "0", "created_by_name"] == "ada")
            #expect(list["items", "0", "content"] == nil)
            let first = try await ada(.get, "\(path)/revisions/1")
            #expect(first["content", "name"] == "First")
            let stale = try await ada(.post, "\(path)/revisions/1/restore", headers: [.ifMatch: "\"v1\""])
            #expect(stale.status == 412)
            let tag = changed.headers[.eTag] ?? ""
            let restored = try await ada(.post, "\(path)/revisions/1/restore", headers: [.ifMatch: tag])
            #expect(restored.status == 200)
            #expect(restored["name"] == "First")
            #expect(restored["tags"] == [])
            #expect(try await ada(.get, "\(path)/revisions/3")["content", "name"] == "First")
            for number in ["0", "4", "x", "-1", "99999999999"] {
                #expect(try await ada(.get, "\(path)/revisions/\(number)").status == 404, "\(number)")
                #expect(try await ada(.post, "\(path)/revisions/\(number)/restore").status == 404, "\(number)")
            }
        }
    }

    @Test("another organization's revisions are not found")
    func revisionIsolation() async throws {
        try await TestServer.withObjects { server, ada in
            let query = try await ada.query()
            let dashboard = try await ada.dashboard()
            let eve = TestObjects(try await server.found("eve", ada.call), ada.call)
            let vic = TestObjects(try await server.join("vic", .viewer, ada.account, ada.call), ada.call)
            for path in ["queries/\(query)", "dashboards/\(dashboard)"] {
                #expect(try await eve(.get, "\(path)/revisions").status == 404)
                #expect(try await eve(.get, "\(path)/revisions/1").status == 404)
                #expect(try await eve(.post, "\(path)/revisions/1/restore").status == 404)
                #expect(try await eve(.post, "\(path)/duplicate").status == 404)
                #expect(try await vic(.get, "\(path)/revisions").status == 200)
                #expect(try await vic(.get, "\(path)/revisions/1").status == 200)
                #expect(try await vic(.post, "\(path)/revisions/1/restore").status == 403)
                #expect(try await vic(.post, "\(path)/duplicate").status == 403)
            }
        }
    }

    @Test("a copy is an object of its own, and a name stays within its length")
    func duplicates() async throws {
        try await TestServer.withObjects { _, ada in
            let long = String(repeating: "ü", count: 255)
            let query = try await ada.query(long)
            let visualization = try await ada.visualization("Chart", of: query)
            let dashboard = try await ada.dashboard()
            _ = try await ada.tile(visualization, on: dashboard)
            let copied = try await ada(.post, "queries/\(query)/duplicate")
            #expect(copied.status == 201)
            #expect(copied["name"] == .string(String(repeating: "ü", count: 248) + " (copy)"))
            #expect(copied["sql"] == "SELECT 1")
            #expect(copied.headers[.location] == copied.text("id").map { "/api/v1/queries/\($0)" })
            let chart = try await ada(.post, "visualizations/\(visualization)/duplicate")
            #expect(chart["name"] == "Chart (copy)")
            #expect(chart["query_id"] == .string(query))
            let board = try await ada(.post, "dashboards/\(dashboard)/duplicate")
            #expect(board["name"] == "Board (copy)")
            #expect(board["tiles", "0", "visualization_id"] == .string(visualization))
            let original = try await ada(.get, "dashboards/\(dashboard)")
            #expect(board["tiles", "0", "id"] != original["tiles", "0", "id"])
            #expect(board["tiles", "0", "dashboard_id"] == board["id"])
            // The same key makes one copy.
            let key: HTTPFields = [.idempotencyKey: "copy"]
            let one = try await ada(.post, "queries/\(query)/duplicate", headers: key)
            let again = try await ada(.post, "queries/\(query)/duplicate", headers: key)
            #expect(one["id"] == again["id"])
            #expect(try await ada(.get, "queries")["total"] == 3)
        }
    }
}
