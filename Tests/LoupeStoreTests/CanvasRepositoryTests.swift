import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Canvases in the store")
struct CanvasRepositoryTests {
    static func canvas(_ name: String, of tenant: Tenant, nodes: Int = 0, tags: [String] = []) -> Canvas {
        var canvas = Canvas(
            id: Identifier(UUID()),
            organizationID: tenant.organization.id,
            name: name,
            tags: tags,
            createdBy: tenant.ada.id,
            createdByName: tenant.ada.name,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
        canvas.nodes = (0..<nodes).map { number in
            CanvasNode(
                id: Identifier(UUID.version7(at: TestStore.moment, random: (0, UInt64(number)))),
                kind: .note,
                title: "n\(number)",
                x: Double(number) + 0.5,
                meta: ["markdown": "# ü", "color": nil],
                createdAt: TestStore.moment,
                updatedAt: TestStore.moment
            )
        }
        canvas.edges = zip(canvas.nodes, canvas.nodes.dropFirst()).enumerated().map { number, ends in
            CanvasEdge(
                id: Identifier(UUID.version7(at: TestStore.moment, random: (1, UInt64(number)))),
                from: ends.0.id,
                to: ends.1.id,
                label: .explains,
                createdAt: TestStore.moment,
                updatedAt: TestStore.moment
            )
        }
        return canvas
    }

    @Test("A canvas comes back as it was saved, with 101 nodes", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            var canvas = Self.canvas("Delays", of: tenant, nodes: 101, tags: ["a", "b"])
            canvas.window.preset = .custom
            canvas.window.customStart = TestStore.moment
            canvas.window.customEnd = TestStore.moment + .seconds(1)
            canvas.window.offset = 5_000_000_000
            canvas.isLive = true
            let canvases = CanvasRepository(database)
            try await canvases.insert(canvas)
            #expect(try await canvases.find(canvas.id, in: tenant.organization.id) == canvas)
        }
    }

    @Test("500 nodes are read in as many statements as none", arguments: StoreKind.allCases)
    func cost(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let (empty, full) = (Self.canvas("a", of: tenant), Self.canvas("b", of: tenant, nodes: 500))
            try await CanvasRepository(store).insert(empty)
            try await CanvasRepository(store).insert(full)
            let database = RecordingDatabase(store)
            let canvases = CanvasRepository(database)
            _ = try await canvases.find(empty.id, in: tenant.organization.id)
            // On PostgreSQL the first such read is tried without a transaction, which counts one more.
            _ = database.takeStatements()
            for id in [empty.id, full.id] {
                _ = try await canvases.find(id, in: tenant.organization.id)
                #expect(database.takeStatements().count <= 4)
            }
        }
    }

    @Test("Nodes and edges are changed, added and removed in one save", arguments: StoreKind.allCases)
    func save(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let canvas = Self.canvas("Delays", of: tenant, nodes: 4)
            let canvases = CanvasRepository(database)
            try await canvases.insert(canvas)
            let later = TestStore.moment + .seconds(5)
            var changes = CanvasChanges()
            changes.deletedNodes = [canvas.nodes[0].id]
            var moved = CanvasChanges.NodeUpdate.Values()
            moved.x = -10_000
            changes.nodeUpdates = [CanvasChanges.NodeUpdate(id: canvas.nodes[1].id, values: moved)]
            changes.newNodes = (0..<60).map { _ in CanvasChanges.NewNode(kind: .note, changes: .init()) }
            changes.edgeUpdates = [
                CanvasChanges.EdgeUpdate(id: canvas.edges[1].id, from: canvas.nodes[2].id, to: canvas.nodes[3].id),
                CanvasChanges.EdgeUpdate(id: canvas.edges[2].id, from: canvas.nodes[1].id, to: canvas.nodes[2].id),
            ]
            let wanted = changes
            let saved = try await canvases.save(
                canvas.id,
                version: 1,
                by: nil,
                in: tenant.organization.id,
                at: later
            ) { canvas in try canvas.apply(wanted, at: later, newID: { Identifier(UUID()) }) }
            let found = try await canvases.find(canvas.id, in: tenant.organization.id)
            #expect(found.version == 2)
            #expect(Set(found.nodes) == Set(saved.nodes))
            #expect(Set(found.edges) == Set(saved.edges))
            #expect(found.nodes.count == 63)
            #expect(found.edges.count == 2)
            let stale = try await #require(throws: LoupeError.self) {
                try await canvases.save(canvas.id, version: 1, by: nil, in: tenant.organization.id, at: later) { _ in
                    .init()
                }
            }
            #expect(stale.code == .preconditionFailed)
        }
    }

    @Test("What a change throws undoes all of it", arguments: StoreKind.allCases)
    func rollback(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (tenant, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let theirs = try await other.addDatasource()
            let canvas = Self.canvas("Delays", of: tenant)
            let canvases = CanvasRepository(database)
            try await canvases.insert(canvas)
            for id in [theirs.id.uuid, UUID()] {
                var values = CanvasChanges.NodeUpdate.Values()
                values.meta = ["datasource_id": .string(id.uuidString)]
                var changes = CanvasChanges()
                changes.newNodes = [CanvasChanges.NewNode(kind: .query, changes: values)]
                let wanted = changes
                let error = try await #require(throws: LoupeError.self) {
                    try await canvases.save(canvas.id, by: nil, in: tenant.organization.id, at: TestStore.moment) {
                        canvas in
                        try canvas.apply(wanted, at: TestStore.moment, newID: { Identifier(UUID()) })
                    }
                }
                #expect(error.details.map(\.field) == ["nodes.create[0].meta.datasource_id"])
            }
            #expect(try await canvases.find(canvas.id, in: tenant.organization.id) == canvas)
        }
    }

    @Test("Another organization's canvas is not found, in any call", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let canvas = Self.canvas("Delays", of: one, nodes: 1)
            let canvases = CanvasRepository(database)
            try await canvases.insert(canvas)
            let theirs = other.organization.id
            #expect(try await canvases.list(ListRequest(), in: theirs).items == [])
            for attempt in 0..<3 {
                let error = try await #require(throws: LoupeError.self) {
                    switch attempt {
                    case 0: _ = try await canvases.find(canvas.id, in: theirs)
                    case 1: _ = try await canvases.has(canvas.nodes[0].id, on: canvas.id, in: theirs)
                    default:
                        _ = try await canvases.save(canvas.id, by: nil, in: theirs, at: TestStore.moment) { _ in .init()
                        }
                    }
                }
                #expect(error.code == .notFound)
            }
        }
    }

    @Test("A list tells how much is on a canvas, and not what", arguments: StoreKind.allCases)
    func list(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let canvases = CanvasRepository(database)
            try await canvases.insert(Self.canvas("Delays", of: tenant, nodes: 3, tags: ["a"]))
            try await canvases.insert(Self.canvas("Weather", of: tenant))
            let page = try await canvases.list(ListRequest(sortBy: "name"), in: tenant.organization.id)
            #expect(page.items.map(\.nodeCount) == [3, 0])
            #expect(page.items.map(\.edgeCount) == [2, 0])
            #expect(page.items.allSatisfy { $0.canvas.nodes.isEmpty })
            let tagged = try await canvases.list(ListRequest(search: "ELA", tags: ["a"]), in: tenant.organization.id)
            #expect(tagged.items.map(\.canvas.name) == ["Delays"])
        }
    }
}
