import Foundation
import LoupeCore
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
}
