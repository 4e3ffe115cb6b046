import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Datasources in the store")
struct DatasourceRepositoryTests {
    @Test("A datasource comes back without its secret, which comes apart", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let datasource = try await tenant.addDatasource()
            let datasources = DatasourceRepository(database)
            let organization = tenant.organization.id
            let found = try await datasources.find(datasource.id, in: organization)
            #expect(found == datasource)
            let (same, sealed) = try await datasources.connection(of: datasource.id, in: organization)
            #expect(same == datasource)
            #expect(sealed == [1, 2, 3])
            let other = try await Tenant.make(database).organization.id
            for call in [
                { _ = try await datasources.find(datasource.id, in: other) },
                { _ = try await datasources.connection(of: datasource.id, in: other) },
                { try await datasources.delete(datasource.id, by: nil, in: other, at: TestStore.moment) },
            ] as [() async throws -> Void] {
                let error = try await #require(throws: LoupeError.self) { try await call() }
                #expect(error.code == .notFound)
            }
        }
    }

    @Test("A new connection is a new revision, without the old one's test and schema", arguments: StoreKind.allCases)
    func revisions(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            var datasource = try await tenant.addDatasource()
            let (datasources, cache) = (DatasourceRepository(database), SchemaCacheRepository(database))
            let organization = tenant.organization.id
            let id = datasource.id
            let test = Datasource.LastTest(success: true, message: "fine", at: TestStore.moment)
            try await datasources.setLastTest(test, of: id, revision: 1, in: organization)
            let entry = SchemaCacheRepository.Entry(tables: [["name": "t"]], fetchedAt: TestStore.moment)
            try await cache.store(entry, of: id, revision: 1, in: organization)
            let tested = try await datasources.find(id, in: organization)
            #expect(tested.lastTest == test)
            #expect(tested.version == 1)
            datasource.name = "renamed"
            datasource.maxCost = 1e6
            let renamed = try await datasources.update(datasource, at: TestStore.moment)
            #expect(renamed.revision == 1)
            #expect(renamed.lastTest == test)
            #expect(renamed.maxCost == 1e6)
            let kept = try await cache.find(id, revision: 1, in: organization)
            #expect(kept == entry)
            let moved = try await datasources.update(renamed, sealed: [9], at: TestStore.moment)
            #expect(moved.revision == 2)
            #expect(moved.version == 3)
            #expect(moved.lastTest == nil)
            let forgotten = try await cache.find(id, revision: 1, in: organization)
            #expect(forgotten == nil)
            try await datasources.setLastTest(test, of: id, revision: 1, in: organization)
            let untested = try await datasources.find(id, in: organization)
            #expect(untested.lastTest == nil)
            let stale = renamed
            let error = try await #require(throws: LoupeError.self) {
                try await datasources.update(stale, at: TestStore.moment)
            }
            #expect(error.code == .preconditionFailed)
        }
    }

    @Test("What was read of a schema later, or of a later revision, stays", arguments: StoreKind.allCases)
    func schemaCache(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let id = try await tenant.addDatasource().id
            let cache = SchemaCacheRepository(database)
            let organization = tenant.organization.id
            func entry(_ name: String, _ seconds: Int) -> SchemaCacheRepository.Entry {
                .init(tables: [.string(name)], fetchedAt: TestStore.moment + .seconds(seconds))
            }
            try await cache.store(entry("new", 10), of: id, revision: 1, in: organization)
            try await cache.store(entry("old", 5), of: id, revision: 1, in: organization)
            let newest = try await cache.find(id, revision: 1, in: organization)
            #expect(newest == entry("new", 10))
            try await cache.store(entry("two", 1), of: id, revision: 2, in: organization)
            try await cache.store(entry("one", 90), of: id, revision: 1, in: organization)
            let current = try await cache.find(id, revision: 2, in: organization)
            #expect(current == entry("two", 1))
        }
    }

    @Test(
        "A datasource under saved queries is not deleted; else its secret goes with it",
        arguments: StoreKind.allCases
    )
    func deletion(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let datasource = try await tenant.addDatasource()
            let (datasources, queries) = (DatasourceRepository(database), QueryRepository(database))
            let (organization, now) = (tenant.organization.id, TestStore.moment)
            let query = tenant.query("Delays", on: datasource)
            try await queries.insert(query)
            let used = try await #require(throws: LoupeError.self) {
                try await datasources.delete(datasource.id, by: tenant.ada.id, in: organization, at: now)
            }
            #expect(used.code == .conflict)
            let still = try await datasources.connection(of: datasource.id, in: organization)
            #expect(still.sealed == [1, 2, 3])
            try await queries.delete(query.id, by: tenant.ada.id, in: organization, at: now)
            try await datasources.delete(datasource.id, by: tenant.ada.id, in: organization, at: now)
            await #expect(throws: LoupeError.self) { try await datasources.find(datasource.id, in: organization) }
            let sealed = try await database.read { transaction in
                try transaction.first("SELECT sealed_connection FROM datasources") { try $0.bytes() }
            }
            #expect(sealed == [])
            let late = tenant.query("Late", on: datasource)
            let error = try await #require(throws: LoupeError.self) { try await queries.insert(late) }
            #expect(error.code == .notFound)
        }
    }

    @Test("Deleting a datasource marks its results for the sweeper", arguments: StoreKind.allCases)
    func results(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.write { transaction in
                for number in [1, 2] { try FilledStore.fill(organization: number, in: transaction) }
                try transaction.execute("UPDATE datasources SET deleted_at = NULL, deleted_by = NULL")
            }
            guard case .uuid(let organization) = FilledStore.id("org", of: 1),
                case .uuid(let datasource) = FilledStore.id("datasource", of: 1)
            else { return }
            try await DatasourceRepository(database).delete(
                Identifier(datasource),
                by: nil,
                in: Identifier(organization),
                at: TestStore.moment
            )
            let marked = try await database.read { transaction in
                try transaction.all("SELECT org_id FROM results WHERE deleted_at IS NOT NULL") { try $0.uuid() }
            }
            #expect(marked == [organization])
        }
    }

    @Test("Datasources are listed by kind and name", arguments: StoreKind.allCases)
    func lists(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            for name in ["Warehouse", "events", "Ärger"] { _ = try await tenant.addDatasource(name) }
            let datasources = DatasourceRepository(database)
            let organization = tenant.organization.id
            let all = try await datasources.list(ListRequest(), in: organization)
            #expect(all.items.map(\.name) == ["events", "Warehouse", "Ärger"])
            let found = try await datasources.list(ListRequest(search: "ÄR"), in: organization)
            #expect(found.items.map(\.name) == ["Ärger"])
            let files = try await datasources.list(ListRequest(), kind: .sqlite, in: organization)
            #expect(files.items == [])
        }
    }
}
