import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("The bin")
struct BinTests {
    @Test("Every kind that has a bin goes in, comes back as it was, and goes for good", arguments: StoreKind.allCases)
    func everyKind(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await Self.fill(database)
            let organization = Self.organization
            let bin = BinRepository(database)
            let now = TestStore.moment
            // Those that others stand on last, so that each is there when it is its turn.
            for kind in [ObjectKind.schedule, .dashboard, .visualization, .query] {
                let id = Self.uuid(kind.rawValue)
                try await Self.binAlone(kind, in: database)
                let item = try #require(try await bin.list(ListRequest(), kind: kind, in: organization).items.first)
                #expect(item.id == id)
                #expect(item.expiresAt == now + .seconds(30 * 86_400))
                _ = try await database.write { transaction in
                    try BinRepository.restore(kind, id, in: organization, at: now, transaction)
                }
                #expect(try await bin.list(ListRequest(), kind: kind, in: organization).items == [])
                let found = try await database.read { transaction in
                    try transaction.count(
                        """
                        SELECT count(*) FROM search_documents WHERE kind = \(kind) AND object_id = \(SQLValue.uuid(id))
                        """
                    )
                }
                #expect(found == 1, "\(kind) is not found by search")
                try await Self.binAlone(kind, in: database)
                try await bin.purge(kind, id, in: organization)
                let left = try await database.read { transaction in
                    try transaction.count("SELECT count(*) FROM objects WHERE id = \(SQLValue.uuid(id))")
                }
                #expect(left == 0, "\(kind)")
                await #expect(throws: LoupeError.self) { try await bin.purge(kind, id, in: organization) }
            }
            // Its runs stay, as nobody's.
            let runs = try await database.read {
                try $0.count("SELECT count(*) FROM runs WHERE query_id IS NULL AND schedule_id IS NULL")
            }
            #expect(runs == 1)
        }
    }

    @Test("A query takes its charts and schedules along and brings them back", arguments: StoreKind.allCases)
    func together(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await Self.fill(database)
            let organization = Self.organization
            let (queries, bin) = (QueryRepository(database), BinRepository(database))
            let query = SavedQuery.ID(Self.uuid("query"))
            let dashboard = Dashboard.ID(Self.uuid("dashboard"))
            let before = try await DashboardRepository(database).find(dashboard, in: organization)
            #expect(before.tiles.count == 1)
            let now = TestStore.moment + .seconds(1)
            let refused = try await #require(throws: LoupeError.self) {
                try await database.write {
                    try QueryRepository.delete(query, cascade: false, by: nil, in: organization, at: now, $0)
                }
            }
            #expect(refused.code == .conflict)
            try await queries.delete(query, by: nil, in: organization, at: now)
            let items = try await bin.list(ListRequest(), in: organization).items
            #expect(Set(items.map(\.kind)) == [.query, .visualization, .schedule])
            let without = try await DashboardRepository(database).find(dashboard, in: organization)
            #expect(without.tiles == [])
            #expect(without.version > before.version)
            let alone = try await #require(throws: LoupeError.self) {
                try await database.write {
                    try BinRepository.restore(.visualization, Self.uuid("visualization"), in: organization, at: now, $0)
                }
            }
            #expect(alone.code == .conflict)
            _ = try await database.write {
                try BinRepository.restore(.query, query.uuid, in: organization, at: now, $0)
            }
            #expect(try await bin.list(ListRequest(), in: organization).items == [])
            let after = try await DashboardRepository(database).find(dashboard, in: organization)
            #expect(after.tiles == before.tiles)
            #expect(after.version > without.version)
            let running = try await database.read { try $0.count("SELECT count(*) FROM schedules WHERE enabled") }
            #expect(running == 0)
        }
    }

    @Test("The sweep removes what has lain in the bin for its time and nothing else", arguments: StoreKind.allCases)
    func sweep(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let (queries, bin) = (QueryRepository(database), BinRepository(database))
            let all = (0..<3).map { tenant.query("q\($0)", on: source, tags: ["a"]) }
            try await queries.insert(all)
            let organization = tenant.organization.id
            let now = TestStore.moment
            try await queries.delete(all[0].id, by: nil, in: organization, at: now - .seconds(10))
            try await queries.delete(all[1].id, by: nil, in: organization, at: now)
            #expect(try await bin.sweep(before: now) == 1)
            #expect(try await bin.sweep(before: now) == 0)
            #expect(try await bin.list(ListRequest(), in: organization).items.map(\.id) == [all[1].id.uuid])
            let counts = try await database.read { transaction in
                [
                    try transaction.count("SELECT count(*) FROM queries"),
                    try transaction.count("SELECT count(*) FROM object_tags"),
                    try transaction.count("SELECT count(DISTINCT object_id) FROM revisions"),
                ]
            }
            #expect(counts == [2, 2, 2])
        }
    }

    @Test("The bin is paged, sorted and searched, and shows no other organization's", arguments: StoreKind.allCases)
    func listing(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let source = try await one.addDatasource()
            let (queries, bin) = (QueryRepository(database), BinRepository(database))
            let all = ["Émile", "alpha", "Zulu"].map { one.query($0, on: source) }
            try await queries.insert(all)
            for (index, query) in all.enumerated() {
                let at = TestStore.moment + .seconds(index)
                try await queries.delete(query.id, by: one.ada.id, in: one.organization.id, at: at)
            }
            for byCursor in [false, true] {
                let found = try await Page<BinItem>.everything(
                    limit: 1,
                    sortBy: nil,
                    direction: nil,
                    byCursor: byCursor
                ) { try await bin.list($0, in: one.organization.id) }
                #expect(found.map(\.name) == ["Zulu", "alpha", "Émile"])
                #expect(found.first?.deletedByName == "Ada")
            }
            let byName = try await bin.list(ListRequest(sortBy: "name"), in: one.organization.id)
            #expect(byName.items.map(\.name) == ["alpha", "Zulu", "Émile"])
            let found = try await bin.list(ListRequest(search: "ULU"), in: one.organization.id)
            #expect(found.items.map(\.name) == ["Zulu"])
            #expect(try await bin.list(ListRequest(), in: other.organization.id).items == [])
            let id = all[0].id.uuid
            let foreign = try await #require(throws: LoupeError.self) {
                try await bin.purge(.query, id, in: other.organization.id)
            }
            #expect(foreign.code == .notFound)
            let theirs = try await #require(throws: LoupeError.self) {
                try await database.write {
                    try BinRepository.restore(.query, id, in: other.organization.id, at: TestStore.moment, $0)
                }
            }
            #expect(theirs.code == .notFound)
        }
    }

    /// One of everything, none of it in the bin.
    private static func fill(_ database: any Database) async throws {
        try await database.write { transaction in
            try FilledStore.fill(organization: 1, in: transaction)
            for table in ["datasources", "queries", "visualizations", "dashboards", "schedules", "canvases"] {
                try transaction.execute(SQL(stringLiteral: "UPDATE \(table) SET deleted_at = NULL, deleted_by = NULL"))
            }
        }
    }

    private static let organization = Organization.ID(uuid("org"))

    private static func uuid(_ name: String) -> UUID {
        guard case .uuid(let id) = FilledStore.id(name, of: 1) else { preconditionFailure("an id is a UUID") }
        return id
    }

    /// Moves an object to the bin by its row alone.
    private static func binAlone(_ kind: ObjectKind, in database: any Database) async throws {
        let id = Identifier<Void>(uuid(kind.rawValue))
        let now = TestStore.moment
        try await database.write { transaction in
            switch kind {
            case .query:
                try QueryRepository.delete(Identifier(id.uuid), by: nil, in: organization, at: now, transaction)
            case .visualization:
                try VisualizationRepository.delete(Identifier(id.uuid), by: nil, in: organization, at: now, transaction)
            case .dashboard:
                try DashboardRepository.delete(Identifier(id.uuid), by: nil, in: organization, at: now, transaction)
            default:
                try transaction.execute(
                    """
                    UPDATE schedules SET deleted_at = \(now) WHERE org_id = \(organization)
                    AND id = \(SQLValue.uuid(id.uuid))
                    """
                )
            }
        }
    }
}
