import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Saved queries in the store")
struct QueryRepositoryTests {
    @Test("A query comes back as it was saved", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let query = tenant.query("Delays", on: source, sql: "SELECT 1 -- ü", tags: ["b", "a \"quoted\""])
            let queries = QueryRepository(database)
            try await queries.insert(query)
            let found = try await queries.find(query.id, in: tenant.organization.id)
            var expected = query
            expected.tags = ["a \"quoted\"", "b"]
            #expect(found == expected)
        }
    }

    @Test("Another organization's query is not found, in any call", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let query = one.query("Delays", on: try await one.addDatasource())
            let queries = QueryRepository(database)
            try await queries.insert(query)
            let error = try await #require(throws: LoupeError.self) {
                try await queries.find(query.id, in: other.organization.id)
            }
            #expect(error.code == .notFound)
            await #expect(throws: LoupeError.self) {
                try await queries.delete(query.id, by: nil, in: other.organization.id, at: TestStore.moment)
            }
            let page = try await queries.list(ListRequest(), in: other.organization.id)
            #expect(page.items == [])
            // A datasource of one organization under a query of the other.
            let theirs = other.query("Mine", on: try await one.addDatasource())
            let refused = try await #require(throws: LoupeError.self) { try await queries.insert(theirs) }
            #expect(refused.code == .notFound)
        }
    }

    @Test("A change raises the version, and a stale one is refused", arguments: StoreKind.allCases)
    func versions(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let queries = QueryRepository(database)
            var query = tenant.query("Delays", on: try await tenant.addDatasource(), tags: ["a", "b"])
            try await queries.insert(query)
            query.name = "Late flights"
            query.description = ""
            query.tags = ["b", "c"]
            let now = TestStore.moment + .seconds(5)
            let changed = try await queries.update(query, by: tenant.ada.id, at: now)
            #expect(changed.version == 2)
            #expect(changed.name == "Late flights")
            #expect(changed.tags == ["b", "c"])
            #expect(changed.updatedAt == now)
            let stale = query
            let error = try await #require(throws: LoupeError.self) {
                try await queries.update(stale, by: nil, at: now)
            }
            #expect(error.code == .preconditionFailed)
            let byNewName = try await queries.list(ListRequest(search: "late fl"), in: tenant.organization.id)
            #expect(byNewName.items.map(\.id) == [query.id])
            let byOldName = try await queries.list(ListRequest(search: "delays"), in: tenant.organization.id)
            #expect(byOldName.items == [])
        }
    }

    @Test(
        "A deleted query is in the bin: not found, not listed, and its name is not searched",
        arguments: StoreKind.allCases
    )
    func deletion(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let queries = QueryRepository(database)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await queries.insert(query)
            let organization = tenant.organization.id
            let error = try await #require(throws: LoupeError.self) {
                try await queries.delete(
                    query.id,
                    version: 7,
                    by: tenant.ada.id,
                    in: organization,
                    at: TestStore.moment
                )
            }
            #expect(error.code == .preconditionFailed)
            try await queries.delete(query.id, version: 1, by: tenant.ada.id, in: organization, at: TestStore.moment)
            await #expect(throws: LoupeError.self) { try await queries.find(query.id, in: organization) }
            let found = try await queries.list(ListRequest(search: "delays"), in: organization)
            #expect(found.items == [])
            let binned = try await database.read {
                try $0.count("SELECT count(*) FROM queries WHERE deleted_at IS NOT NULL")
            }
            #expect(binned == 1)
        }
    }

    @Test(
        "Search finds text anywhere, whatever its case, and short text at the start of a word of the name",
        arguments: StoreKind.allCases
    )
    func search(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let queries = QueryRepository(database)
            try await queries.insert([
                tenant.query("Späte Flüge", on: source, sql: "SELECT dep_delay FROM flights"),
                tenant.query("Revenue 100%", on: source, sql: "SELECT \"a_b\" FROM x"),
                tenant.query("a\\b", on: source, sql: "SELECT 'it''s'"),
            ])
            let cases: [(String, [String])] = [
                ("SPÄTE", ["Späte Flüge"]), ("flü", ["Späte Flüge"]), ("DEP_DELAY", ["Späte Flüge"]),
                ("dep%delay", []), ("100%", ["Revenue 100%"]), ("a_b\"", ["Revenue 100%"]), ("xaxb", []),
                ("fl", ["Späte Flüge"]), ("lü", []), ("re", ["Revenue 100%"]), ("%", []), ("\\b from", []),
                ("a\\b", ["a\\b"]), ("it''s", ["a\\b"]), ("\"", []),
                ("about", ["a\\b", "Revenue 100%", "Späte Flüge"]),
                ("10", ["Revenue 100%"]), ("_", []), ("* OR \"", []),
            ]
            for (text, names) in cases {
                let page = try await queries.list(ListRequest(search: text), in: tenant.organization.id)
                #expect(page.items.map(\.name) == names, "\(text)")
            }
        }
    }

    @Test("Tags must all match, and a datasource narrows", arguments: StoreKind.allCases)
    func filters(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let (one, two) = (try await tenant.addDatasource("one"), try await tenant.addDatasource("two"))
            let queries = QueryRepository(database)
            try await queries.insert([
                tenant.query("a", on: one, tags: ["x", "y"]), tenant.query("b", on: one, tags: ["x"]),
                tenant.query("c", on: two, tags: ["y"]),
            ])
            let organization = tenant.organization.id
            let both = try await queries.list(ListRequest(tags: ["y", "x", "x", ""]), in: organization)
            #expect(both.items.map(\.name) == ["a"])
            let single = try await queries.list(ListRequest(tags: ["y"]), in: organization)
            #expect(single.items.map(\.name) == ["a", "c"])
            let onTwo = try await queries.list(ListRequest(), datasource: two.id, in: organization)
            #expect(onTwo.items.map(\.name) == ["c"])
            let tags = try await TagRepository(database).list(of: .query, in: organization)
            #expect(tags == [.init(tag: "x", count: 2), .init(tag: "y", count: 2)])
        }
    }

    @Test("Every order pages through everything once, by offset and by cursor", arguments: StoreKind.allCases)
    func paging(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let queries = QueryRepository(database)
            // Names and times that repeat, so that the id has to decide.
            let names = ["Émile", "alpha", "Zulu", "alpha", "beta", "ALPHA", "émile"]
            let all = names.enumerated().map { index, name in
                tenant.query(name, on: source, after: .seconds(index / 3))
            }
            try await queries.insert(all)
            let organization = tenant.organization.id
            for sortBy in ["name", "created_at", "updated_at"] {
                for direction in SortDirection.allCases {
                    let expected = all.sorted { left, right in
                        let (a, b) = (left.id.description, right.id.description)
                        let isBefore =
                            sortBy == "name"
                            ? (left.name.folded, a) < (right.name.folded, b)
                            : (left.createdAt, a) < (right.createdAt, b)
                        return direction == .ascending ? isBefore : !isBefore && left.id != right.id
                    }
                    for byCursor in [false, true] {
                        for limit in [1, 2, 7, 10] {
                            let found = try await Page<SavedQuery>.everything(
                                limit: limit,
                                sortBy: sortBy,
                                direction: direction,
                                byCursor: byCursor
                            ) { try await queries.list($0, in: organization) }
                            #expect(found.map(\.id) == expected.map(\.id), "\(sortBy) \(direction) \(limit)")
                        }
                    }
                }
            }
        }
    }

    @Test("A page tells where it is and how many there are", arguments: StoreKind.allCases)
    func totals(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let queries = QueryRepository(database)
            try await queries.insert((0..<5).map { tenant.query("q\($0)", on: source) })
            let organization = tenant.organization.id
            let first = try await queries.list(ListRequest(limit: 2), in: organization)
            #expect(first.total == 5)
            #expect(first.isTotalExact)
            #expect(first.number == 1)
            #expect(first.count == 3)
            #expect(first.hasNext)
            #expect(!first.hasPrevious)
            let last = try await queries.list(ListRequest(limit: 2, offset: 4), in: organization)
            #expect(last.items.map(\.name) == ["q4"])
            #expect(last.total == 5)
            #expect(last.number == 3)
            #expect(!last.hasNext)
            #expect(last.hasPrevious)
            let beyond = try await queries.list(ListRequest(limit: 2, offset: 100), in: organization)
            #expect(beyond.items == [])
            #expect(beyond.total == 5)
            let byCursor = try await queries.list(ListRequest(limit: 2, cursor: first.nextCursor), in: organization)
            #expect(byCursor.items.map(\.name) == ["q2", "q3"])
            #expect(byCursor.number == nil)
            #expect(byCursor.count == nil)
            #expect(byCursor.total == 5)
        }
    }

    @Test("A cursor stays where it was while rows are inserted before it", arguments: StoreKind.allCases)
    func stability(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let queries = QueryRepository(database)
            try await queries.insert(["b", "c", "d"].map { tenant.query($0, on: source) })
            let organization = tenant.organization.id
            let first = try await queries.list(ListRequest(limit: 2), in: organization)
            try await queries.insert(tenant.query("a", on: source))
            let next = try await queries.list(ListRequest(limit: 2, cursor: first.nextCursor), in: organization)
            #expect(next.items.map(\.name) == ["d"])
        }
    }

    @Test("An unknown order and a foreign or broken cursor are bad requests", arguments: StoreKind.allCases)
    func badRequests(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let source = try await tenant.addDatasource()
            let queries = QueryRepository(database)
            try await queries.insert((0..<3).map { tenant.query("q\($0)", on: source) })
            let organization = tenant.organization.id
            let order = try await #require(throws: LoupeError.self) {
                try await queries.list(ListRequest(sortBy: "sql"), in: organization)
            }
            #expect(order.code == .badRequest)
            #expect(order.message.contains("name, created_at, updated_at"))
            let cursor = try await queries.list(ListRequest(limit: 1), in: organization).nextCursor ?? ""
            for (text, sortBy, direction) in [
                (cursor, "created_at", nil), (cursor, "name", SortDirection.descending), ("", nil, nil),
                ("%%%", nil, nil), (String(cursor.dropLast(3)), nil, nil), ("W10", nil, nil), ("bnVsbA", nil, nil),
            ] as [(String, String?, SortDirection?)] {
                let error = try await #require(throws: LoupeError.self) {
                    try await queries.list(
                        ListRequest(cursor: text, sortBy: sortBy, direction: direction),
                        in: organization
                    )
                }
                #expect(error.code == .badRequest, "\(text)")
            }
        }
    }
}
