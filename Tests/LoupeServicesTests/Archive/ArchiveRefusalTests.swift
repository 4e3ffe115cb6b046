import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeServices

@Suite("What an import refuses")
struct ArchiveRefusalTests {
    /// Imports a changed export into the organization that it came from, expects to be refused, and that nothing changed.
    private func expectRefusal(
        _ kind: ArchiveKind,
        _ words: String,
        _ change: @escaping @Sendable (inout ArchiveDocument) -> Void
    ) async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let start = try await world.archive()
            var documents = start.documents
            let index = try #require(documents.lastIndex { $0.kind == kind })
            // A good change beside the bad one is not carried out either.
            documents[0].set("name", .text("Renamed"))
            change(&documents[index])
            let refusal = await #expect(throws: ArchiveRefusal.self) {
                _ = try await world.take(Archive(documents))
            }
            let problems = refusal?.problems ?? []
            #expect(problems.contains { "\($0)".contains(words) }, "\(problems)")
            #expect(problems.allSatisfy { $0.path.hasPrefix(documents[index].kind.folder) })
            #expect(try await world.archive() == start)
        }
    }

    @Test func `a datasource that is not there, by its name`() async throws {
        try await expectRefusal(.query, "no datasource \"warehouse\"") { $0.set("datasource", .text("warehouse")) }
        try await expectRefusal(.canvas, "no datasource \"warehouse\"") { document in
            document.change("nodes") { $0[0].set("meta", .members([.init("datasource", .text("warehouse"))])) }
        }
    }

    @Test func `references that lead nowhere`() async throws {
        let nobody = ArchiveValue.text("0196f000-0000-7000-8000-00000000dead")
        try await expectRefusal(.visualization, "query: there is no query") { $0.set("query", nobody) }
        try await expectRefusal(.schedule, "query: there is no query") { $0.set("query", nobody) }
        try await expectRefusal(.dashboard, "there is no visualization") { document in
            document.change("tiles") { $0[0].set("visualization", nobody) }
        }
        try await expectRefusal(.query, "options_query_id: there is no such query") { document in
            document.change("parameters") { $0[1].set("options_query_id", nobody) }
        }
        try await expectRefusal(.canvas, "is no node of this canvas") { document in
            document.change("edges") { $0[0].set("to", nobody) }
        }
    }

    @Test func `values that break a rule`() async throws {
        try await expectRefusal(.query, "line 2: only one reading statement") { $0.sql = "SELECT 1;\nDROP TABLE x" }
        try await expectRefusal(.query, "name: must be 1 to 255") {
            $0.set("name", .text(String(repeating: "x", count: 256)))
        }
        try await expectRefusal(.query, "timeout_seconds: must be a whole number from 1 to 300") {
            $0.set("timeout_seconds", .integer(301))
        }
        try await expectRefusal(.query, "name: must be a text") { $0.set("name", .integer(1)) }
        try await expectRefusal(.query, "maxrows: is not known here") {
            $0.members.append(.init("maxrows", .integer(1)))
        }
        try await expectRefusal(.query, "tags[0]") { $0.set("tags", .list([.text("")])) }
        try await expectRefusal(.query, ".sql: is missing") { $0.sql = nil }
        try await expectRefusal(.schedule, "cron_expression") { $0.set("cron_expression", .text("61 * * * *")) }
        try await expectRefusal(.schedule, "timezone") { $0.set("timezone", .text("Mars/Olympus")) }
        try await expectRefusal(.visualization, "chart_type: must be one of") { $0.set("chart_type", .text("spiral")) }
        try await expectRefusal(.canvas, "time_custom_end: must be after") {
            $0.set("time_custom_end", .text("1999-01-01T00:00:00Z"))
        }
        try await expectRefusal(.dashboard, "tiles[0].pos_x") { document in
            document.change("tiles") { $0[0].set("pos_x", .integer(-1)) }
        }
        try await expectRefusal(.dashboard, "key: is there twice") { document in
            document.change("tiles") { $0.append($0[0]) }
        }
    }

    @Test func `what lies in the bin`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let start = try await world.archive()
            let schedule = try #require(start.documents.first { $0.kind == .schedule })
            try await ScheduleRepository(database).delete(
                Schedule.ID(schedule.id),
                by: world.caller.user,
                in: world.organization.id,
                at: TestStore.moment
            )
            let refusal = await #expect(throws: ArchiveRefusal.self) { _ = try await world.take(start) }
            #expect(refusal?.problems.map(\.path) == [schedule.path])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `nothing is written where somebody else saved in between`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            var documents = try await world.archive().documents
            for index in documents.indices { documents[index].set("name", .text("Renamed \(index)")) }
            let prepared = try await world.service.prepare(Archive(documents), by: world.caller)
            var later = documents
            later[5].set("name", .text("Somebody else's"))
            _ = try await world.take(Archive([later[5]]))
            let before = try await world.archive()
            let error = await #expect(throws: LoupeError.self) {
                try await world.service.apply(prepared, by: world.caller)
            }
            #expect(error?.code == .preconditionFailed)
            #expect(try await world.archive() == before)
        }
    }

    @Test func `a name that two datasources have, for export and import`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let archive = try await world.archive()
            try await world.addDatasource("shop")
            let error = await #expect(throws: LoupeError.self) { _ = try await world.archive() }
            #expect(error?.code == .conflict)
            let refusal = await #expect(throws: ArchiveRefusal.self) { _ = try await world.take(archive) }
            #expect(refusal?.problems.contains { $0.message.contains("2 datasources") } == true)
        }
    }

    @Test func `nobody else's objects: another organization's are not there`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let archive = try await world.archive()
            let chart = try #require(archive.documents.first { $0.kind == .visualization })
            try await StoreKind.sqlite.withStore { other in
                let stranger = try await ArchiveWorld(other)
                let refusal = await #expect(throws: ArchiveRefusal.self) {
                    _ = try await stranger.take(Archive([chart]))
                }
                #expect(refusal?.problems.first?.message.contains("there is no query") == true)
            }
        }
    }

    @Test func `a plan says what would happen, and nothing does`() async throws {
        try await StoreKind.sqlite.withStore { database in
            let world = try await ArchiveWorld(database)
            try await world.fill()
            let start = try await world.archive()
            var documents = start.documents
            documents[1].set("max_rows", .integer(200))
            documents[1].sql = "SELECT 2"
            documents.removeLast()
            let lines = try await world.service.prepare(Archive(documents), by: world.caller).plan.lines
            #expect(lines.count == 2)
            #expect(lines.first?.contains("max_rows 10000 → 200; sql +1 −1 lines") == true, "\(lines)")
            #expect(lines.last == "0 new, 1 changed, 4 unchanged, 1 not in the files")
            #expect(try await world.archive() == start)
        }
    }
}
