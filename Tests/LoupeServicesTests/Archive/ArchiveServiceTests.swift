import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeServices

@Suite("Export and import of an organization")
struct ArchiveServiceTests {
    @Test(arguments: StoreKind.allCases)
    func `into an empty server and out again the files are the same`(kind: StoreKind) async throws {
        try await kind.withStore { first in
            let from = try await ArchiveWorld(first)
            try await from.fill()
            let exported = try await from.archive()
            #expect(exported.documents.map(\.kind) == [.query, .query, .visualization, .dashboard, .schedule, .canvas])
            try await kind.withStore { second in
                let to = try await ArchiveWorld(second)
                let plan = try await to.take(exported)
                #expect(plan.createdCount == 6 && plan.changedCount == 0)
                #expect(try await texts(of: to) == texts(exported))
                let again = try await to.take(exported)
                #expect(again.changes.isEmpty && again.unchangedCount == 6)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `through a directory nothing is lost either`(kind: StoreKind) async throws {
        try await TestDirectory.with { directory in
            try await kind.withStore { database in
                let world = try await ArchiveWorld(database)
                try await world.fill()
                let exported = try await world.archive()
                let files = ArchiveDirectory(directory)
                try files.write(exported)
                #expect(try files.read() == exported)
                let plan = try await world.take(try files.read())
                #expect(plan.changes.isEmpty)
            }
        }
    }

    @Test func `holds no secret`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let text = texts(try await world.archive()).values.joined()
            for secret in ["hunter2", "db.internal", "postgres:", "reader", "ada@example.com", "Ada", "hash"] {
                #expect(!text.contains(secret))
            }
        }
    }

    /// For every field of every kind, another value.
    static let mutations: [(ArchiveKind, String, ArchiveValue)] = [
        (.query, "name", .text("Another: name")), (.query, "description", .text("one\ntwo\n")),
        (.query, "datasource", .text("other")), (.query, "timeout_seconds", .integer(77)),
        (.query, "max_rows", .integer(5)), (.query, "max_bytes", .integer(1000)), (.query, "max_retries", .integer(0)),
        (.query, "tags", .list([.text("null")])),
        (.visualization, "name", .text("Other")), (.visualization, "chart_type", .text("pivot")),
        (.visualization, "config", .members([.init("label", .text("x"))])), (.visualization, "tags", .list([])),
        (.dashboard, "name", .text("- x")), (.dashboard, "description", .text("")), (.dashboard, "tags", .list([])),
        (.schedule, "name", .text("#")), (.schedule, "cron_expression", .text("@daily")),
        (.schedule, "timezone", .text("UTC")),
        (.schedule, "parameters", .members([.init("country", .list([.text("fr")]))])),
        (.schedule, "enabled", .boolean(false)), (.schedule, "tags", .list([])),
        (.canvas, "name", .text("\u{1F50D}")), (.canvas, "time_preset", .text("24h")),
        (.canvas, "time_offset", .integer(6)),
        (.canvas, "time_custom_start", .text("2025-01-01T00:00:00.000Z")),
        (.canvas, "time_custom_end", .text("2030-01-01T00:00:00.000Z")), (.canvas, "live", .boolean(false)),
        (.canvas, "tags", .list([])),
    ]

    /// The same of the parts of an object: the list, which element, and the member.
    static let partMutations: [(ArchiveKind, String, Int, String, ArchiveValue)] = [
        (.query, "parameters", 0, "name", .text("land")), (.query, "parameters", 1, "param_type", .text("datetime")),
        (.query, "parameters", 0, "label", .null), (.query, "parameters", 1, "default", .text("today")),
        (.query, "parameters", 0, "required", .boolean(false)), (.query, "parameters", 2, "multiple", .boolean(true)),
        (.query, "parameters", 0, "options", .list([])), (.query, "parameters", 1, "options_query_id", .null),
        (.dashboard, "parameters", 0, "label", .text("Country")), (.dashboard, "tiles", 0, "title", .text("x")),
        (.dashboard, "tiles", 1, "content", .text("a\nb")), (.dashboard, "tiles", 0, "pos_x", .integer(1)),
        (.dashboard, "tiles", 0, "pos_y", .integer(90)), (.dashboard, "tiles", 0, "width", .integer(2)),
        (.dashboard, "tiles", 0, "height", .integer(3)), (.dashboard, "tiles", 0, "parameter_bindings", .members([])),
        (.canvas, "nodes", 0, "title", .text("Y")), (.canvas, "nodes", 0, "pos_x", .number("1.25")),
        (.canvas, "nodes", 0, "pos_y", .integer(-1)), (.canvas, "nodes", 0, "width", .integer(51)),
        (.canvas, "nodes", 0, "height", .integer(52)),
        (.canvas, "nodes", 1, "meta", .members([.init("color", .text("x"))])),
        (.canvas, "edges", 0, "label", .text("questions")),
    ]

    @Test(arguments: StoreKind.allCases)
    func `each field changed once shows just that change`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let start = try await world.archive()
            for (kind, name, value) in Self.mutations {
                try await expectOneChange(world, start, kind, name) { $0.set(name, value) }
            }
            for (kind, list, index, name, value) in Self.partMutations {
                try await expectOneChange(world, start, kind, "\(list)[\(index)].\(name)") { document in
                    document.change(list) { elements in elements[index].set(name, value) }
                }
            }
            try await expectOneChange(world, start, .query, "sql") { $0.sql = "SELECT 1\n" }
            let countries = ArchiveValue.text(try #require(start.documents.first).id.lowercaseText)
            for kind in [ArchiveKind.visualization, .schedule] {
                try await expectOneChange(world, start, kind, "query") { $0.set("query", countries) }
            }
        }
    }

    @Test func `no field is left out of that`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let lists = ["parameters", "tiles", "nodes", "edges"]
            for document in try await world.archive().documents {
                let changed = Self.mutations.filter { $0.0 == document.kind }.map(\.1)
                let others = document.members.map(\.name).filter { !lists.contains($0) && !changed.contains($0) }
                // Which query, the test tries beside them.
                #expect(others.allSatisfy { $0 == "query" }, "\(document.kind): \(others)")
            }
        }
    }

    /// Imports the change, sees one object change by that field, exports, and sees one file differ in one place; then
    /// takes it back.
    private func expectOneChange(
        _ world: ArchiveWorld,
        _ start: Archive,
        _ kind: ArchiveKind,
        _ field: String,
        _ change: (inout ArchiveDocument) -> Void
    ) async throws {
        guard let index = start.documents.lastIndex(where: { $0.kind == kind }) else { return }
        var documents = start.documents
        change(&documents[index])
        let wanted = Archive(documents)
        let plan = try await world.take(wanted)
        let base = field.prefix { $0 != "[" }
        #expect(plan.changes.count == 1, "\(kind) \(field)")
        #expect(plan.changes.first?.differences?.allSatisfy { $0.hasPrefix(base) } == true, "\(kind) \(field)")
        let (before, after) = (texts(start), texts(try await world.archive()))
        #expect(after == texts(wanted), "\(kind) \(field)")
        let differing = before.keys.filter { before[$0] != after[$0] }
        #expect(differing.count == 1 && before.keys == after.keys, "\(kind) \(field): \(differing)")
        if let path = differing.first { expectOneRegion(before[path] ?? "", after[path] ?? "", "\(kind) \(field)") }
        _ = try await world.take(start)
        #expect(try await texts(of: world) == before, "\(kind) \(field) taken back")
    }

    /// Besides the lines that both begin and end with, what is gone and what is new is of one member.
    private func expectOneRegion(_ old: String, _ new: String, _ what: String) {
        let (before, after) = (old.split(separator: "\n"), new.split(separator: "\n"))
        let prefix = zip(before, after).prefix { $0 == $1 }.count
        let suffix = zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count
        let gone = before.dropFirst(prefix).dropLast(min(suffix, before.count - prefix))
        #expect(gone.count <= 12, "\(what): \(gone)")
    }

    private func texts(_ archive: Archive) -> [String: String] {
        var texts: [String: String] = [:]
        for document in archive.documents {
            texts[document.path] = document.yaml
            texts[document.sqlPath] = document.sql
        }
        return texts
    }

    private func texts(of world: ArchiveWorld) async throws -> [String: String] { texts(try await world.archive()) }
}

extension ArchiveDocument {
    mutating func set(_ name: String, _ value: ArchiveValue) {
        members = members.map { $0.name == name ? .init(name, value) : $0 }
    }

    mutating func change(_ name: String, _ body: (inout [ArchiveValue]) -> Void) {
        guard case .list(var elements)? = members.first(where: { $0.name == name })?.value else { return }
        body(&elements)
        set(name, .list(elements))
    }

    func value(_ name: String) -> ArchiveValue? { members.first { $0.name == name }?.value }
}

extension ArchiveValue {
    mutating func set(_ name: String, _ value: ArchiveValue) {
        guard case .members(let members) = self else { return }
        self = .members(members.map { $0.name == name ? .init(name, value) : $0 })
    }
}
