import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Revisions in the store")
struct RevisionRepositoryTests {
    @Test("Each save of a query is a revision, with what it was and who saved it", arguments: StoreKind.allCases)
    func saves(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let (queries, revisions) = (QueryRepository(database), RevisionRepository(database))
            var query = tenant.query("Delays", on: try await tenant.addDatasource(), tags: ["a"])
            try await queries.insert(query)
            let first = query
            let bob = try await tenant.addUser("Bob")
            let organization = tenant.organization.id
            for name in ["Late", "Later"] {
                query.name = name
                query.tags = [name]
                let now = TestStore.moment + .seconds(query.version)
                query = try await queries.update(query, by: bob.id, at: now)
            }
            let list = try await revisions.list(ListRequest(), of: .query, query.id.uuid, in: organization).items
            #expect(list.map(\.number) == [3, 2, 1])
            #expect(list.map(\.createdByName) == ["Bob", "Bob", "Ada"])
            #expect(list.allSatisfy { $0.content == nil })
            let one = try await revisions.find(1, of: .query, query.id.uuid, in: organization)
            var restored = query
            restored.restore(try #require(one.content))
            #expect(restored.content == first.content)
            #expect(restored.name == "Delays")
            #expect(restored.tags == ["a"])
            #expect(restored.parameters == first.parameters)
            // A refused save leaves none.
            await #expect(throws: LoupeError.self) { try await queries.update(first, by: nil, at: TestStore.moment) }
            #expect(try await revisions.list(ListRequest(), of: .query, query.id.uuid, in: organization).total == 3)
        }
    }

    @Test("Revisions page by number", arguments: StoreKind.allCases)
    func paging(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let revisions = RevisionRepository(database)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(database).insert(query)
            let organization = tenant.organization.id
            try await Self.append(6, to: query, in: database)
            for direction in [nil, SortDirection.ascending] {
                for byCursor in [false, true] {
                    let found = try await Page<Revision>.everything(
                        limit: 3,
                        sortBy: nil,
                        direction: direction,
                        byCursor: byCursor
                    ) { try await revisions.list($0, of: .query, query.id.uuid, in: organization) }
                    #expect(found.map(\.number) == (direction == nil ? [7, 6, 5, 4, 3, 2, 1] : Array(1...7)))
                }
            }
        }
    }

    @Test("Only the newest are kept, and numbers are not used again", arguments: StoreKind.allCases)
    func limit(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let query = tenant.query("Delays", on: try await tenant.addDatasource())
            try await QueryRepository(database).insert(query)
            try await Self.append(RevisionRepository.maximumCount + 4, to: query, in: database)
            let range = try await database.read { transaction in
                try transaction.first("SELECT min(revision), max(revision), count(*) FROM revisions") { row in
                    [try row.int(), try row.int(), try row.int()]
                }
            }
            let newest = RevisionRepository.maximumCount + 5
            #expect(range == [6, newest, RevisionRepository.maximumCount])
        }
    }

    @Test("Nobody reads another organization's, nor those of what lies in the bin", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let (queries, revisions) = (QueryRepository(database), RevisionRepository(database))
            let query = one.query("Delays", on: try await one.addDatasource())
            try await queries.insert(query)
            let id = query.id.uuid
            for organization in [other.organization.id, one.organization.id] {
                await #expect(throws: LoupeError.self) {
                    try await revisions.find(2, of: .query, id, in: organization)
                }
                if organization == one.organization.id {
                    try await queries.delete(query.id, by: nil, in: organization, at: TestStore.moment)
                }
                await #expect(throws: LoupeError.self) {
                    try await revisions.find(1, of: .query, id, in: organization)
                }
                await #expect(throws: LoupeError.self) {
                    try await revisions.list(ListRequest(), of: .query, id, in: organization)
                }
            }
        }
    }

    private static func append(_ count: Int, to query: SavedQuery, in database: any Database) async throws {
        try await database.write { transaction in
            for _ in 0..<count {
                try RevisionRepository.append(
                    query.content,
                    of: .query,
                    query.id.uuid,
                    by: nil,
                    in: query.organizationID,
                    at: TestStore.moment,
                    transaction
                )
            }
        }
    }
}
