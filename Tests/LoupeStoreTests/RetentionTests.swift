import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
    private func finish(_ id: Run.ID, at time: Timestamp, _ kit: RunKit) async throws {
        try await kit.tenant.database.write { transaction in
            try transaction.execute(
                """
                UPDATE runs SET status = 'failed', completed_at = \(time)
                WHERE org_id = \(kit.tenant.organization.id) AND id = \(id)
                """
            )
        }
    }

    @Test(
        "Runs that ended before the limit go with all that hangs on them, a batch at a time",
        arguments: StoreKind.allCases
    )
    func runs(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let (organization, ada) = (kit.tenant.organization.id, kit.tenant.ada.id)
            let source = try await kit.tenant.addDatasource()
            let limit = TestStore.moment - .seconds(86_400)
            let ids = try await kit.queue(RetentionRepository.runsAtOnce + 3, on: source)
            for id in ids.dropLast(2) { try await finish(id, at: limit - .seconds(1), kit) }
            try await finish(ids[ids.count - 2], at: limit, kit)
            let old = ids[0]
            try await kit.tenant.database.write { transaction in
                try transaction.execute(
                    """
                    INSERT INTO run_attempts (org_id, run_id, attempt, runner_id, started_at)
                    VALUES (\(organization), \(old), 1, 'r', \(limit))
                    """
                )
                try transaction.execute(
                    """
                    INSERT INTO run_watchers (org_id, run_id, user_id, created_at)
                    VALUES (\(organization), \(old), \(ada), \(limit))
                    """
                )
                try transaction.execute(
                    """
                    INSERT INTO run_failures (org_id, run_id, attempts, error, failed_at)
                    VALUES (\(organization), \(old), 1, \(JSONValue.object([:])), \(limit))
                    """
                )
            }
            let retention = RetentionRepository(kit.tenant.database)
            let other = try await Tenant.make(kit.tenant.database, name: "Other")
            #expect(try await retention.removeRuns(of: other.organization.id, endedBefore: limit) == 0)
            let first = try await retention.removeRuns(of: organization, endedBefore: limit)
            #expect(first == RetentionRepository.runsAtOnce)
            #expect(try await retention.removeRuns(of: organization, endedBefore: limit) == 1)
            #expect(try await kit.count("SELECT count(*) FROM runs") == 2)
            for table: SQL in ["run_attempts", "run_watchers", "run_failures"] {
                #expect(try await kit.count("SELECT count(*) FROM \(table)") == 0)
            }
        }
    }

    @Test("SQL texts go when no run names them any more", arguments: StoreKind.allCases)
    func texts(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource()
            let texts = RetentionRepository.textsAtOnce + 5
            for number in 0..<texts { try await kit.runs.enqueue(kit.new(on: source, sql: "SELECT \(number)")) }
            let named = SQLValue.text("SELECT \(texts - 1)")
            try await kit.tenant.database.write { transaction in
                try transaction.execute(
                    """
                    DELETE FROM runs WHERE sql_hash NOT IN (SELECT hash FROM sql_texts WHERE sql = \(named))
                    """
                )
            }
            let retention = RetentionRepository(kit.tenant.database)
            let later = kit.surroundings.now() + .seconds(1)
            var walk = RetentionRepository.TextWalk()
            walk = try await retention.removeTexts(next: walk, madeBefore: TestStore.moment)
            #expect(walk.removed == 0)
            walk = try await retention.removeTexts(next: RetentionRepository.TextWalk(), madeBefore: later)
            #expect(walk.removed == RetentionRepository.textsAtOnce)
            #expect(walk.last != nil)
            walk = try await retention.removeTexts(next: walk, madeBefore: later)
            #expect(walk.removed == 4)
            #expect(walk.last == nil)
            #expect(try await kit.count("SELECT count(*) FROM sql_texts WHERE sql = \(named)") == 1)
            #expect(try await kit.count("SELECT count(*) FROM sql_texts") == 1)
        }
    }

    @Test("A text that goes in the moment its SQL is run again is stored anew")
    func textRace() async throws {
        try await RunKit.with(.postgres) { kit in
            let source = try await kit.tenant.addDatasource()
            let first = kit.new(on: source)
            try await kit.runs.enqueue(first)
            try await kit.tenant.database.write { try $0.execute("DELETE FROM runs") }
            let gate = Gate()
            let database = kit.tenant.database
            let again = kit.new(on: source)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await database.write { transaction in
                        try transaction.execute("DELETE FROM sql_texts")
                        gate.passBlocking()
                    }
                }
                await gate.waitUntilReached()
                group.addTask { try await kit.runs.enqueue(again) }
                // The run's reference waits for the deletion's end.
                while try await kit.count(RetentionTests.blocked) == 0 { await Task.yield() }
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await kit.find(again.run.id).sql == "SELECT 1")
        }
    }

    private static let blocked: SQL = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        """

    @Test("Results are given up when the organization wants them gone sooner", arguments: StoreKind.allCases)
    func results(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let organization = kit.tenant.organization.id
            let limit = TestStore.moment
            try await kit.tenant.database.write { transaction in
                for age in [-1, 0] {
                    try transaction.execute(
                        """
                        INSERT INTO results (org_id, id, run_id, attempt, storage, created_at, expires_at)
                        VALUES (\(organization), \(SQLValue.uuid(UUID())), \(SQLValue.uuid(UUID())), 1, 'store',
                            \(limit + .seconds(age)), \(limit + .seconds(86_400)))
                        """
                    )
                }
            }
            let retention = RetentionRepository(kit.tenant.database)
            #expect(try await retention.giveUpResults(of: organization, madeBefore: limit, at: limit) == 1)
            #expect(try await retention.giveUpResults(of: organization, madeBefore: limit, at: limit) == 0)
            #expect(try await kit.count("SELECT count(*) FROM results WHERE deleted_at IS NULL") == 1)
        }
    }
}
