import Foundation
import LoupeCore
import Testing

@Suite("Canvases")
struct CanvasTests {
    private static let now = Timestamp(milliseconds: 1_769_851_800_000)

    private static func id<Entity>(_ number: UInt64) -> Identifier<Entity> {
        Identifier(UUID.version7(at: Timestamp(milliseconds: 0), random: (0, number)))
    }

    private static func canvas(nodes: Int = 3, edges: [(UInt64, UInt64)] = []) -> Canvas {
        var canvas = Canvas(id: id(0), organizationID: id(0), name: "c", createdBy: nil, createdAt: now, updatedAt: now)
        canvas.nodes = (0..<nodes).map { CanvasNode(id: id(UInt64($0)), kind: .query, createdAt: now, updatedAt: now) }
        canvas.edges = edges.enumerated().map { index, ends in
            CanvasEdge(id: id(UInt64(index)), from: id(ends.0), to: id(ends.1), createdAt: now, updatedAt: now)
        }
        return canvas
    }

    private static func apply(_ changes: CanvasChanges, to canvas: inout Canvas) throws -> Canvas.Difference {
        try canvas.apply(changes, at: now, newID: { Identifier(UUID()) })
    }

    private static func fields(_ changes: CanvasChanges, on canvas: Canvas) throws -> [String] {
        var canvas = canvas
        let error = try #require(throws: LoupeError.self) { _ = try apply(changes, to: &canvas) }
        return error.details.map(\.field)
    }

    @Test("An edge may name a node of the same change")
    func newNodeAndEdge() throws {
        var canvas = Self.canvas()
        var changes = CanvasChanges()
        changes.newNodes = [CanvasChanges.NewNode(id: Self.id(9), kind: .note, changes: .init())]
        changes.newEdges = [CanvasChanges.NewEdge(from: Self.id(0), to: Self.id(9), label: .explains)]
        let difference = try Self.apply(changes, to: &canvas)
        #expect(canvas.nodes.count == 4)
        #expect(difference.nodes.map(\.id) == [Self.id(9)])
        #expect(difference.edges.map(\.label) == [.explains])
    }

    @Test("A deleted node takes its edges along")
    func deletedNode() throws {
        var canvas = Self.canvas(edges: [(0, 1), (1, 2), (2, 0)])
        var changes = CanvasChanges()
        changes.deletedNodes = [Self.id(0)]
        let difference = try Self.apply(changes, to: &canvas)
        #expect(canvas.edges.map(\.id) == [Self.id(1)])
        #expect(Set(difference.removedEdges) == [Self.id(0), Self.id(2)])
    }

    @Test("Everything that is wrong is named, and nothing is changed")
    func problems() throws {
        let canvas = Self.canvas(edges: [(0, 1)])
        var changes = CanvasChanges()
        changes.newNodes = [
            CanvasChanges.NewNode(id: Self.id(1), kind: .note, changes: .init()),
            CanvasChanges.NewNode(kind: .query, changes: Self.meta(["query_id": "x", "run_id": "y"])),
        ]
        changes.nodeUpdates = [CanvasChanges.NodeUpdate(id: Self.id(8), values: .init())]
        changes.deletedNodes = [Self.id(7)]
        changes.deletedEdges = [Self.id(6)]
        changes.edgeUpdates = [CanvasChanges.EdgeUpdate(id: Self.id(5), label: .supports)]
        changes.newEdges = [CanvasChanges.NewEdge(from: Self.id(0), to: Self.id(4), label: .supports)]
        #expect(
            try Self.fields(changes, on: canvas) == [
                "nodes.create[0].id", "nodes.create[1].meta.query_id", "nodes.create[1].meta.run_id",
                "nodes.update[0].id", "nodes.delete[0]", "edges.delete[0]", "edges.update[0].id",
                "edges.create[0].to_node_id",
            ]
        )
    }

    private static func meta(_ meta: JSONValue) -> CanvasChanges.NodeUpdate.Values {
        var values = CanvasChanges.NodeUpdate.Values()
        values.meta = meta
        return values
    }

    @Test("An edge to a node that the same change deletes is refused")
    func edgeToDeleted() throws {
        var changes = CanvasChanges()
        changes.deletedNodes = [Self.id(1)]
        changes.newEdges = [CanvasChanges.NewEdge(from: Self.id(0), to: Self.id(1), label: .supports)]
        #expect(try Self.fields(changes, on: Self.canvas()) == ["edges.create[0].to_node_id"])
    }

    @Test("An ordered pair has one edge; the other way round is another pair, and two edges may change places")
    func pairs() throws {
        var canvas = Self.canvas(edges: [(0, 1)])
        var changes = CanvasChanges()
        changes.newEdges = [CanvasChanges.NewEdge(from: Self.id(1), to: Self.id(0), label: .supports)]
        _ = try Self.apply(changes, to: &canvas)
        let error = try #require(throws: LoupeError.self) {
            var again = canvas
            _ = try Self.apply(changes, to: &again)
        }
        #expect(error.code == .conflict)
        var swap = CanvasChanges()
        swap.edgeUpdates = [
            CanvasChanges.EdgeUpdate(id: canvas.edges[0].id, from: Self.id(1), to: Self.id(0)),
            CanvasChanges.EdgeUpdate(id: canvas.edges[1].id, from: Self.id(0), to: Self.id(1)),
        ]
        _ = try Self.apply(swap, to: &canvas)
        #expect(canvas.edges.map(\.from) == [Self.id(1), Self.id(0)])
    }

    @Test("A canvas has at most 500 nodes and 2,000 edges")
    func limits() throws {
        var full = Self.canvas(nodes: 500)
        var changes = CanvasChanges()
        changes.newNodes = [CanvasChanges.NewNode(kind: .note, changes: .init())]
        #expect(try Self.fields(changes, on: full) == ["nodes.create[0]"])
        changes.deletedNodes = [Self.id(0)]
        _ = try Self.apply(changes, to: &full)
        #expect(full.nodes.count == 500)
        let pairs = (0..<2001).map { (UInt64($0 / 500), UInt64($0 % 500)) }
        var edges = CanvasChanges()
        edges.newEdges = pairs.map { CanvasChanges.NewEdge(from: Self.id($0.0), to: Self.id($0.1), label: .motivates) }
        #expect(try Self.fields(edges, on: Self.canvas(nodes: 500)) == ["edges.create[0]"])
        edges.newEdges.removeLast()
        var most = Self.canvas(nodes: 500)
        #expect(try Self.apply(edges, to: &most).edges.count == 2000)
    }

    @Test("What a node says of itself must have the form of its kind, and what is unknown is kept")
    func meta() throws {
        let form = CanvasNode.Kind.query.problems(in: ["sql": 7, "config": [], "parameters": "x", "more": 1])
        #expect(form.map(\.field) == ["meta.sql", "meta.parameters", "meta.config"])
        #expect(form.allSatisfy { $0.isForm })
        #expect(CanvasNode.Kind.note.problems(in: ["sql": 7, "markdown": "# a", "color": nil]) == [])
        let long = CanvasNode.Kind.query.problems(in: ["sql": .string(String(repeating: "x", count: 100_001))])
        #expect(long.map(\.isForm) == [false])
    }

    @Test("Only what a node comes to refer to must be there: what it named before may be gone")
    func references() throws {
        var canvas = Self.canvas(nodes: 1)
        let (old, new) = (UUID(), UUID())
        canvas.nodes[0].meta = ["query_id": .string(old.uuidString)]
        var changes = CanvasChanges()
        changes.nodeUpdates = [
            CanvasChanges.NodeUpdate(
                id: Self.id(0),
                values: Self.meta(["query_id": .string(old.uuidString), "run_id": .string(new.uuidString)])
            )
        ]
        let difference = try Self.apply(changes, to: &canvas)
        #expect(difference.references.keys.sorted() == ["nodes.update[0].meta.run_id"])
    }

    @Test("A window ends now or as long ago as its offset says, and a custom one where it says")
    func window() throws {
        var window = CanvasWindow()
        #expect(window.resolved(at: Self.now)?.start == Self.now - .seconds(7 * 86_400))
        window.preset = .threeHours
        window.offset = 60_000
        let resolved = try #require(window.resolved(at: Self.now))
        #expect(resolved.end == Self.now - .seconds(60))
        #expect(resolved.start == Self.now - .seconds(3 * 3600 + 60))
        window.preset = .custom
        #expect(window.problems.map(\.field) == ["time_custom_start", "time_custom_end"])
        window.customStart = Self.now
        window.customEnd = Self.now
        #expect(window.problems.map(\.field) == ["time_custom_end"])
        window.customEnd = Self.now + .milliseconds(1)
        #expect(window.problems == [])
        #expect(window.resolved(at: Self.now - .seconds(9))?.start == Self.now)
    }

    @Test("Whatever is changed at random, edges join nodes of the canvas, and the difference leads to what is there")
    func model() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let before = Self.canvas(nodes: 6, edges: [(0, 1), (1, 2), (3, 4)])
            var canvas = before
            var changes = CanvasChanges()
            func node() -> CanvasNode.ID { Self.id(.random(in: 0...7, using: &random)) }
            for _ in 0..<Int.random(in: 0...2, using: &random) { changes.deletedNodes.append(node()) }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                changes.newEdges.append(CanvasChanges.NewEdge(from: node(), to: node(), label: .supports))
            }
            for _ in 0..<Int.random(in: 0...1, using: &random) {
                let edge: CanvasEdge.ID = Self.id(.random(in: 0...3, using: &random))
                changes.edgeUpdates.append(CanvasChanges.EdgeUpdate(id: edge, from: node(), to: node()))
            }
            // A change that breaks a rule is refused, which other tests look at.
            guard let difference = try? Self.apply(changes, to: &canvas) else { continue }
            let nodes = Set(canvas.nodes.map(\.id))
            #expect(canvas.edges.allSatisfy { nodes.contains($0.from) && nodes.contains($0.to) })
            var stored = Dictionary(uniqueKeysWithValues: before.edges.map { ($0.id, $0) })
            for id in difference.removedEdges { stored[id] = nil }
            for edge in difference.edges { stored[edge.id] = edge }
            #expect(stored == Dictionary(uniqueKeysWithValues: canvas.edges.map { ($0.id, $0) }))
        }
    }
}

@Suite("Reading numbered events")
struct EventCursorTests {
    private let start = ContinuousClock.now

    @Test("A number that shows up late is new, and one that was seen is not")
    func late() {
        var cursor = EventCursor(after: [5], at: start)
        #expect([6, 9].map { cursor.take($0, at: start) } == [true, true])
        #expect(cursor.missingNumbers == [7, 8])
        #expect(cursor.settled == 6)
        #expect([6, 7, 7].map { cursor.take($0, at: start) } == [false, true, false])
        #expect(cursor.settled == 7)
        #expect([8].map { cursor.take($0, at: start) } == [true])
        #expect(cursor.settled == 9)
    }

    @Test("What never shows up is given up after a minute")
    func givingUp() {
        var cursor = EventCursor(after: [5], at: start)
        _ = cursor.take(7, at: start)
        cursor.giveUp(at: start + .seconds(59))
        #expect(cursor.missingNumbers == [6])
        cursor.giveUp(at: start + .seconds(60))
        #expect(cursor.missingNumbers == [])
        #expect(cursor.settled == 7)
    }

    @Test("The first number ever is not the end of a hole, and a wide hole is none")
    func holes() {
        var cursor = EventCursor(after: [], at: start)
        _ = cursor.take(50, at: start)
        #expect(cursor.missingNumbers == [])
        _ = cursor.take(200, at: start)
        #expect(cursor.missingNumbers == [])
        #expect(EventCursor(after: [10, 12], at: start).missingNumbers == [11])
    }
}
