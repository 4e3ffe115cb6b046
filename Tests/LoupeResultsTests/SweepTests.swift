import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Sweeping results", .serialized)
struct SweepTests {
    private static let columns = ResultColumn.named(("text", .text))
    private static let later = TestStore.moment + .seconds(3600)

    private static func large() -> [RowBlock] {
        var noise = Noise(seed: 5)
        return (0..<4).map { _ in RowBlock.rows(0..<100) { block, _ in block.text(noise.text(625)) } }
    }

    @Test("What no run names goes after an hour, with its chunks and files", arguments: StoreKind.allCases)
    func orphans(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let orphan = try await fixture.write(Self.columns, Self.large())
            let early = fixture.reopened(now: Self.later - .milliseconds(1))
            #expect(try await early.results.sweep() == ResultStore.Sweep())
            #expect(!fixture.files(orphan.id).isEmpty)

            let swept = try await fixture.reopened(now: Self.later).results.sweep()
            #expect(swept.results == 1)
            #expect(swept.chunks == orphan.chunkCount)
            #expect(swept.bytes == orphan.storedBytes)
            #expect(!swept.isMoreLeft)
            #expect(try await fixture.count("SELECT count(*) FROM results") == 0)
            #expect(try await fixture.count("SELECT count(*) FROM result_chunks") == 0)
            #expect(fixture.files(orphan.id).isEmpty)
        }
    }

    @Test("A half-written result goes too, with files that no row names", arguments: StoreKind.allCases)
    func unfinished(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var writer = fixture.begin(Self.columns)
            for block in Self.large() { try await writer.append(block) }
            _ = try await writer.finish()
            #expect(!fixture.files(writer.id).isEmpty)
            #expect(try await fixture.reopened(now: Self.later).results.sweep().results == 1)
            #expect(fixture.files(writer.id).isEmpty)
            #expect(try await fixture.count("SELECT count(*) FROM results") == 0)
        }
    }

    @Test("What a run names stays; what expired goes, and its runs stay without it", arguments: StoreKind.allCases)
    func namedAndExpired(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let kept = try await fixture.write(Self.columns, Self.large())
            let expired = try await fixture.write(Self.columns, Self.large(), expiresAt: Self.later)
            try await fixture.addRuns(naming: [kept.id, expired.id, expired.id])

            let swept = try await fixture.reopened(now: Self.later).results.sweep()
            #expect(swept.results == 1)
            #expect(try await fixture.count("SELECT count(*) FROM runs") == 3)
            #expect(try await fixture.count("SELECT count(*) FROM runs WHERE result_id IS NULL") == 2)
            let reader = try await fixture.reopened(now: Self.later).reader(kept)
            #expect(try await reader.page(offset: 0, limit: 400).rowCount == 400)
            #expect(fixture.files(expired.id).isEmpty)
        }
    }

    @Test("What is marked deleted is gone at once and swept, whoever names it", arguments: StoreKind.allCases)
    func marked(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, Self.large())
            try await fixture.addRuns(naming: [summary.id])
            try await fixture.database.write { transaction in
                _ = try transaction.execute("UPDATE results SET deleted_at = \(TestStore.moment)")
            }
            let error = await #expect(throws: LoupeError.self) { try await fixture.reader(summary) }
            #expect(error?.code == .gone)
            #expect(try await fixture.results.sweep().results == 1)
        }
    }

    @Test("A sweep takes as many as it is told, and the next goes on", arguments: StoreKind.allCases)
    func limit(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            for _ in 0..<5 {
                try await fixture.write(Self.columns, [RowBlock.rows(["x"]) { $0.text($1) }])
            }
            let results = fixture.reopened(now: Self.later).results
            let first = try await results.sweep(limit: 3)
            #expect(first.results == 3)
            #expect(first.isMoreLeft)
            let second = try await results.sweep(limit: 3)
            #expect(second.results == 2)
            #expect(!second.isMoreLeft)
        }
    }

    @Test("Chunks beyond one batch go in batches", arguments: StoreKind.allCases)
    func batches(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, [RowBlock.rows(["x"]) { $0.text($1) }])
            try await fixture.database.write { transaction in
                for number in 1...1200 {
                    _ = try transaction.execute(
                        """
                        INSERT INTO result_chunks
                            (org_id, result_id, n, first_row, row_count, raw_bytes, stored_bytes, checksum)
                        VALUES (\(fixture.organization), \(summary.id), \(number), \(number), 1, 1, 1,
                            \([UInt8](repeating: 0, count: 8)))
                        """
                    )
                }
            }
            #expect(try await fixture.reopened(now: Self.later).results.sweep().chunks == 1201)
        }
    }
}

extension ResultsFixture {
    /// Completed runs that name these results.
    func addRuns(naming results: [StoredResult.ID]) async throws {
        let datasource: Datasource.ID = Surroundings.system.newID()
        let now = TestStore.moment
        let hash = [UInt8](repeating: 1, count: 32)
        try await database.write { transaction in
            try transaction.execute(
                "INSERT INTO organizations (id, name, created_at, updated_at) VALUES (\(organization), 'o', \(now), \(now))"
            )
            try transaction.execute(
                "INSERT INTO objects (org_id, id, kind) VALUES (\(organization), \(datasource), 'datasource')"
            )
            try transaction.execute(
                """
                INSERT INTO datasources
                    (org_id, id, name, name_key, ds_type, sealed_connection, created_at, updated_at)
                VALUES (\(organization), \(datasource), 'd', 'd', 'sqlite', \(hash), \(now), \(now))
                """
            )
            try transaction.execute(
                """
                INSERT INTO sql_texts (org_id, hash, sql, folded, created_at)
                VALUES (\(organization), \(hash), 'SELECT 1', 'select 1', \(now))
                """
            )
            for result in results {
                let run: Run.ID = Surroundings.system.newID()
                try transaction.execute(
                    """
                    INSERT INTO runs
                        (org_id, id, datasource_id, datasource_revision, sql_hash, time_zone, fingerprint, trigger,
                         priority, timeout_seconds, max_rows, max_bytes, status, attempt, max_attempts, completed_at,
                         result_id, created_at)
                    VALUES (\(organization), \(run), \(datasource), 1, \(hash), 'UTC', \(hash), 'user', 'interactive',
                        30, 10, 10, 'completed', 1, 1, \(now), \(result), \(now))
                    """
                )
            }
        }
    }
}
