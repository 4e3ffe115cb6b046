import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Finding objects")
struct FindingTests {
    @Test(
        "Names come before text, the very name first, then its beginning, then a word's",
        arguments: StoreKind.allCases
    )
    func ranking(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource("Delays of trains")
            let queries = QueryRepository(database)
            var described = tenant.query("Other", on: source)
            described.description = "tells of delay"
            try await queries.insert([
                tenant.query("Buses", on: source, sql: "SELECT delay FROM t"), described,
                tenant.query("undelayed", on: source), tenant.query("Late and delayed", on: source),
                tenant.query("Delay", on: source), tenant.query("Delayed", on: source, after: .seconds(9)),
            ])
            try await CanvasRepository(database).insert(CanvasRepositoryTests.canvas("The delay story", of: tenant))
            let search = SearchRepository(database)
            let hits = try await search.find(
                "DELAY",
                kinds: Set(ObjectKind.allCases),
                in: tenant.organization.id,
                limit: 20
            )
            let names = hits.map(\.object.name)
            #expect(names.prefix(3) == ["Delay", "Delayed", "Delays of trains"])
            #expect(Set(names[3...4]) == ["Late and delayed", "The delay story"])
            #expect(names[5] == "undelayed")
            #expect(Set(names[6...]) == ["Buses", "Other"])
            let matches = Dictionary(uniqueKeysWithValues: hits.map { ($0.object.name, $0.match) })
            #expect(matches["Buses"] == .text)
            #expect(matches["Other"] == .description)
            #expect(matches["undelayed"] == .name)
            let canvases = try await search.find("delay", kinds: [.canvas], in: tenant.organization.id, limit: 20)
            #expect(canvases.map(\.object.reference.kind) == [.canvas])
            let one = try await search.find("delay", kinds: [.query, .canvas], in: tenant.organization.id, limit: 1)
            #expect(one.map(\.object.name) == ["Delay"])
            let short = try await search.find("de", kinds: [.query], in: tenant.organization.id, limit: 20)
            #expect(short.map(\.object.name) == ["Delayed", "Delay", "Late and delayed"])
        }
    }

    @Test("What means something in a pattern is looked for as it is written", arguments: StoreKind.allCases)
    func escapes(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let names = ["100% sure", "a_b_c", #"back\slash"#, #"quo"te"#, "Äpfel"]
            try await QueryRepository(database).insert(names.map { tenant.query($0, on: source) })
            let search = SearchRepository(database)
            let cases = [
                ("100%", ["100% sure"]), ("%%%", []), ("a_b", ["a_b_c"]), ("axb", []), ("___", []),
                (#"k\s"#, [#"back\slash"#]), (#"o"t"#, [#"quo"te"#]), ("ÄPF", ["Äpfel"]), ("a_", ["a_b_c"]),
                ("a%", []), ("ä", ["Äpfel"]), ("* OR \"a", []), ("", []), ("  ", []),
            ]
            for (text, expected) in cases {
                let hits = try await search.find(text, kinds: [.query], in: tenant.organization.id, limit: 20)
                #expect(hits.map(\.object.name) == expected, "\(text)")
            }
        }
    }

    @Test("Nothing of another organization or of the bin is found", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let query = one.query("Delays", on: try await one.addDatasource())
            let queries = QueryRepository(database)
            try await queries.insert(query)
            let search = SearchRepository(database)
            let kinds = Set(ObjectKind.allCases)
            #expect(try await search.find("delays", kinds: kinds, in: other.organization.id, limit: 9) == [])
            #expect(try await search.find("delays", kinds: kinds, in: one.organization.id, limit: 9).count == 1)
            try await queries.delete(query.id, by: nil, in: one.organization.id, at: TestStore.moment)
            #expect(try await search.find("delays", kinds: kinds, in: one.organization.id, limit: 9) == [])
        }
    }

    @Test("Search goes through the index of trigrams", arguments: StoreKind.allCases)
    func plans(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let source = try await tenant.addDatasource()
            try await store.write { transaction in
                for number in 0..<2000 {
                    // Enough of them that reading all is not the cheapest way.
                    let id = SQLValue.uuid(UUID())
                    let organization = tenant.organization.id
                    try transaction.execute(
                        "INSERT INTO objects (org_id, id, kind) VALUES (\(organization), \(id), 'query')"
                    )
                    try transaction.execute(
                        """
                        INSERT INTO search_documents (org_id, kind, object_id, name, text, updated_at)
                        VALUES (\(organization), 'query', \(id), \("number \(number)"),
                        \("number \(number) \(UUID().uuidString.lowercased())"), \(TestStore.moment))
                        """
                    )
                }
                // What vacuum does: a scan of what waits to be put into the index is no part of its cost then.
                if kind == .postgres {
                    _ = try transaction.count("SELECT gin_clean_pending_list('search_documents_trigrams')")
                }
                try transaction.execute(kind == .sqlite ? "ANALYZE" : "ANALYZE search_documents")
            }
            try await QueryRepository(store).insert(tenant.query("Delays of trains", on: source))
            let database = RecordingDatabase(store)
            let organization = tenant.organization.id
            _ = try await SearchRepository(database).find("delays", kinds: [.query], in: organization, limit: 20)
            _ = try await QueryRepository(database).list(ListRequest(search: "delays"), in: organization)
            for statement in database.takeStatements() where statement.text.contains("FROM search_documents") {
                let explain: SQL = kind == .sqlite ? "EXPLAIN QUERY PLAN \(statement)" : "EXPLAIN \(statement)"
                let plan = try await store.read { transaction in
                    try transaction.all(explain) { row in
                        if kind == .sqlite { _ = (try row.int(), try row.int(), try row.int()) }
                        return try row.text()
                    }
                }
                // The documents of the one query that there is are best found by its key.
                let indexes =
                    kind == .sqlite
                    ? ["VIRTUAL TABLE INDEX"] : ["search_documents_trigrams", "search_documents_object_key"]
                #expect(
                    plan.contains { line in indexes.contains { line.contains($0) } },
                    "\(statement.text)\n\(plan.joined(separator: "\n"))"
                )
                #expect(!plan.contains { $0.contains("Seq Scan on search_documents") })
            }
        }
    }

    @Test("A favorite is marked once, and gone while its object is in the bin", arguments: StoreKind.allCases)
    func favorites(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (tenant, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(database).insert(query)
            let favorites = FavoriteRepository(database)
            let (ada, organization) = (tenant.ada.id, tenant.organization.id)
            let object = ObjectReference(kind: .query, id: query.id.uuid)
            for seconds in [0, 60] {
                let at = TestStore.moment + .seconds(seconds)
                try await favorites.add(object, of: ada, in: organization, at: at)
            }
            let marked = try await favorites.list(of: ada, in: organization)
            #expect(marked.map(\.object.name) == ["Delays"])
            #expect(marked.map(\.since) == [TestStore.moment])
            for wrong in [ObjectReference(kind: .canvas, id: query.id.uuid), ObjectReference(kind: .query, id: UUID())]
            {
                let error = try await #require(throws: LoupeError.self) {
                    try await favorites.add(wrong, of: ada, in: organization, at: TestStore.moment)
                }
                #expect(error.code == .notFound)
            }
            let theirs = try await #require(throws: LoupeError.self) {
                try await favorites.add(object, of: other.ada.id, in: other.organization.id, at: TestStore.moment)
            }
            #expect(theirs.code == .notFound)
            try await QueryRepository(database).delete(query.id, by: nil, in: organization, at: TestStore.moment)
            #expect(try await favorites.list(of: ada, in: organization) == [])
            try await favorites.remove(object, of: ada, in: organization)
            try await favorites.remove(object, of: ada, in: organization)
            let left = try await database.read { try $0.count("SELECT count(*) FROM favorites") }
            #expect(left == 0)
        }
    }

    @Test("The newest hundred openings of a person are kept, each object once", arguments: StoreKind.allCases)
    func recents(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let saved = (0..<103).map { tenant.query("q\($0)", on: source) }
            try await QueryRepository(database).insert(saved)
            let recents = RecentRepository(database)
            let (ada, organization) = (tenant.ada.id, tenant.organization.id)
            func opening(_ id: UUID, _ seconds: Int) -> RecentRepository.Opening {
                RecentRepository.Opening(
                    object: ObjectReference(kind: .query, id: id),
                    user: ada,
                    organization: organization,
                    at: TestStore.moment + .seconds(seconds)
                )
            }
            try await recents.note(saved.enumerated().map { opening($1.id.uuid, $0) } + [opening(UUID(), 500)])
            try await recents.note([opening(saved[50].id.uuid, 200)])
            let all = try await recents.list(of: ada, in: organization, limit: 200)
            #expect(all.count == 100)
            #expect(all.prefix(2).map(\.object.name) == ["q50", "q102"])
            #expect(all.last?.object.name == "q3")
            #expect(try await recents.list(of: ada, in: organization, limit: 2).count == 2)
        }
    }

    @Test("Home is read in seven statements, whatever there is", arguments: StoreKind.allCases)
    func home(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let source = try await tenant.addDatasource()
            let saved = (0..<12).map { tenant.query("q\($0)", on: source) }
            try await QueryRepository(store).insert(saved)
            let (ada, organization) = (tenant.ada.id, tenant.organization.id)
            for query in saved {
                let object = ObjectReference(kind: .query, id: query.id.uuid)
                try await FavoriteRepository(store).add(object, of: ada, in: organization, at: TestStore.moment)
                try await RecentRepository(store).note([
                    RecentRepository.Opening(
                        object: object,
                        user: ada,
                        organization: organization,
                        at: TestStore.moment
                    )
                ])
            }
            let database = RecordingDatabase(store)
            let caller = Caller(organization: organization, user: ada, name: "", role: .viewer, address: "")
            let homes = HomeRepository(database)
            _ = try await homes.read(for: caller)
            _ = database.takeStatements()
            let home = try await homes.read(for: caller)
            #expect(database.takeStatements().count <= 8)
            #expect(home.recent.count == 10)
            #expect(home.favorites.count == 10)
            #expect(home.counts[.query] == 12)
            #expect(home.counts[.canvas] == 0)
        }
    }
}
