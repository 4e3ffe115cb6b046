import Foundation
import LoupeCore
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeEngine

@Suite("The sweeper")
struct SweeperTests {
    @Test("removes events and errands past their time and leaves the young", arguments: StoreKind.allCases)
    func sweep(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let now = EngineFixture.surroundings.now()
            let run = try await fixture.execute("SELECT 1")
            let organization = fixture.caller.organization
            let user = fixture.caller.user
            let old = now - .seconds(7200)
            try await fixture.database.write { transaction in
                for _ in 0..<600 {
                    try transaction.execute(
                        """
                        INSERT INTO run_events (org_id, run_id, status, created_at)
                        VALUES (\(organization), \(run.id), 'queued', \(old))
                        """
                    )
                }
            }
            let work = WorkRepository(
                database: fixture.database,
                surroundings: EngineFixture.surroundings,
                signals: fixture.signals
            )
            for createdAt in [old, now] {
                let item = WorkItem(
                    id: EngineFixture.surroundings.newID(),
                    organizationID: organization,
                    kind: .test,
                    datasourceID: fixture.datasource.id,
                    createdAt: createdAt
                )
                try await work.enqueue(item, by: user)
            }
            var sweeper = Sweeper(
                database: fixture.database,
                results: fixture.results,
                work: work,
                surroundings: EngineFixture.surroundings
            )
            let isMoreLeft = try await sweeper.sweep()
            #expect(!isMoreLeft)
            let counts = try await fixture.database.read { transaction in
                [
                    try transaction.count("SELECT count(*) FROM run_events"),
                    try transaction.count("SELECT count(*) FROM work"),
                ]
            }
            #expect(counts == [1, 1])
        }
    }

    @Test("removes what has lain in the bin for thirty days, and leaves its runs", arguments: StoreKind.allCases)
    func bin(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let surroundings = EngineFixture.surroundings
            let (now, organization) = (surroundings.now(), fixture.caller.organization)
            let queries = QueryRepository(fixture.database)
            for age in [29, 31] {
                let query = SavedQuery(
                    id: surroundings.newID(),
                    organizationID: organization,
                    datasourceID: fixture.datasource.id,
                    name: "\(age) days",
                    sql: "SELECT 1",
                    createdBy: fixture.caller.user,
                    createdAt: now,
                    updatedAt: now
                )
                try await queries.insert(query)
                _ = try await fixture.service.start(
                    query.id,
                    values: [:],
                    limits: RunService.LimitChanges(),
                    maxAge: nil,
                    by: fixture.caller
                )
                let deletion = now - .seconds(age * 86_400)
                try await queries.delete(query.id, by: nil, in: organization, at: deletion)
            }
            let work = WorkRepository(
                database: fixture.database,
                surroundings: surroundings,
                signals: fixture.signals
            )
            var sweeper = Sweeper(
                database: fixture.database,
                results: fixture.results,
                work: work,
                surroundings: surroundings
            )
            _ = try await sweeper.sweep()
            let left = try await BinRepository(fixture.database).list(ListRequest(), in: organization).items
            #expect(left.map(\.name) == ["29 days"])
            let runs = try await fixture.database.read { try $0.count("SELECT count(*) FROM runs") }
            #expect(runs == 2)
        }
    }
}
