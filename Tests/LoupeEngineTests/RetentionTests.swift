import LoupeCore
import LoupeEngine
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Upkeep's retention")
struct RetentionTests {
    @Test("removes runs older than their organization keeps them, and their results", arguments: StoreKind.allCases)
    func retention(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let (old, young) = try await fixture.running(fixture.runner("a")) {
                let old = try await fixture.outcome(of: fixture.execute("SELECT 1"))
                return (old, try await fixture.outcome(of: fixture.execute("SELECT 2")))
            }
            let organization = fixture.caller.organization
            let days = Organization.Settings().runRetentionDays
            let long = EngineFixture.surroundings.now() - .seconds(days * 86_400 + 60)
            try await fixture.database.write { transaction in
                try transaction.execute("UPDATE results SET created_at = \(long) WHERE run_id = \(old.id)")
                try transaction.execute("UPDATE sql_texts SET created_at = \(long)")
                try transaction.execute(
                    "UPDATE runs SET completed_at = \(long) WHERE org_id = \(organization) AND id = \(old.id)"
                )
            }
            let left = try await fixture.running(fixture.upkeep { $0.sweepInterval = .milliseconds(20) }) {
                var left: [Int] = []
                for await _ in Ticks(every: .milliseconds(10)) {
                    left = try await fixture.database.read { transaction in
                        try ["runs", "results", "sql_texts"].map { (table: SQL) in
                            try transaction.count("SELECT count(*) FROM \(table)")
                        }
                    }
                    if left == [1, 1, 1] { break }
                }
                return left
            }
            #expect(left == [1, 1, 1])
            #expect(try await fixture.runs.find(young.id, in: organization).status == .completed)
        }
    }
}
