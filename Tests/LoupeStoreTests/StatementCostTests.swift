import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("What repositories cost")
struct StatementCostTests {
    @Test("A read by key is one statement, a page at most two, however many rows it has", arguments: StoreKind.allCases)
    func statements(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let source = try await tenant.addDatasource()
            let saved = (0..<30).map { tenant.query("q\($0)", on: source, tags: ["a", "b"]) }
            try await QueryRepository(store).insert(saved)
            let session = try await SessionRepositoryTests.start(for: tenant.ada, in: store)
            let database = RecordingDatabase(store)
            let (queries, organization) = (QueryRepository(database), tenant.organization.id)
            _ = try await queries.find(saved[0].id, in: organization)
            #expect(database.takeStatements().count == 1)
            _ = try await SessionRepository(database).find(session.id, in: organization)
            #expect(database.takeStatements().count == 1)
            _ = try await DatasourceRepository(database).connection(of: source.id, in: organization)
            #expect(database.takeStatements().count == 1)
            // PostgreSQL's first such read is tried without a transaction, so its statements are seen twice.
            guard kind == .sqlite else { return }
            _ = try await queries.list(ListRequest(limit: 25), in: organization)
            #expect(database.takeStatements().count == 2)
            _ = try await queries.list(ListRequest(limit: 100), in: organization)
            #expect(database.takeStatements().count == 1)
        }
    }

    @Test("No list reads a whole table or sorts: each order has its index")
    func plans() async throws {
        try await StoreKind.sqlite.withStore { store in
            let tenant = try await Tenant.make(store)
            let source = try await tenant.addDatasource()
            try await QueryRepository(store).insert((0..<3).map { tenant.query("q\($0)", on: source) })
            let database = RecordingDatabase(store)
            let organization = tenant.organization.id
            for sortBy in ["name", "created_at", "updated_at"] {
                for direction in SortDirection.allCases {
                    let first = try ListRequest(limit: 1, sortBy: sortBy, direction: direction)
                    let cursor = try await QueryRepository(database).list(first, in: organization).nextCursor
                    let next = try ListRequest(limit: 1, cursor: cursor, sortBy: sortBy, direction: direction)
                    _ = try await QueryRepository(database).list(next, in: organization)
                    _ = try await DatasourceRepository(database).list(first, in: organization)
                }
            }
            _ = try await QueryRepository(database).list(ListRequest(search: "delay"), in: organization)
            _ = try await QueryRepository(database).list(ListRequest(tags: ["a"]), in: organization)
            for sortBy in ["name", "created_at", "updated_at"] {
                _ = try await ScheduleRepository(database).list(ListRequest(sortBy: sortBy), in: organization)
            }
            _ = try await ScheduleRepository(database).due(at: TestStore.moment, limit: 50)
            _ = try await ScheduleRepository(database).unplanned(limit: 50)
            _ = try await ScheduleRepository(database).nextDue()
            for sortBy in ["name", "email", "created_at"] {
                _ = try await UserRepository(database).list(ListRequest(sortBy: sortBy), in: organization)
            }
            _ = try await AuditRepository(database).list(ListRequest(), in: organization)
            _ = try await InvitationRepository(database).list(ListRequest(), in: organization)
            _ = try await APIKeyRepository(database).find(hash: [], at: TestStore.moment)
            for statement in database.takeStatements() {
                let plan = try await store.read { transaction in
                    try transaction.all("EXPLAIN QUERY PLAN \(statement)") { row in
                        _ = (try row.int(), try row.int(), try row.int())
                        return try row.text()
                    }
                }
                // A full-text match is a scan of the virtual table's index, and what a subquery found is scanned too.
                let scans = plan.filter { line in
                    line.hasPrefix("SCAN")
                        && !["VIRTUAL TABLE", "subquery", "counted", "newest"].contains(where: line.contains)
                }
                #expect(scans == [], "\(statement.text)")
                let sorts = plan.filter { $0.contains("TEMP B-TREE") }
                #expect(sorts == [], "\(statement.text)")
            }
        }
    }
}
