import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Claims of runs")
struct RunClaimTests {
    @Test("Eight claimers at once never run more than the datasource takes", arguments: StoreKind.allCases)
    func datasourceLimit(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource(maxConcurrency: 3)
            try await kit.queue(40, on: source)
            let most = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...8 {
                    group.addTask {
                        var (turns, most) = (ClassTurns(), 0)
                        while try await kit.count("SELECT count(*) FROM runs WHERE completed_at IS NULL") > 0 {
                            for claim in try await kit.runs.claim(runner: "r\(number)", slots: 4, turns: &turns) {
                                let running = try await kit.count("SELECT count(*) FROM runs WHERE status = 'running'")
                                most = max(most, running)
                                #expect(try await kit.end(claim))
                            }
                        }
                        return most
                    }
                }
                return try await group.reduce(0) { max($0, $1) }
            }
            #expect((1...3).contains(most))
            #expect(try await kit.count("SELECT count(*) FROM runs WHERE status = 'completed'") == 40)
            #expect(try await kit.count("SELECT count(*) FROM run_attempts") == 40)
        }
    }

    @Test(
        "An organization's limit holds over all its datasources, and what is over it waits",
        arguments: StoreKind.allCases
    )
    func organizationLimit(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            var organization = kit.tenant.organization
            organization.settings.maxConcurrentRuns = 3
            try await OrganizationRepository(kit.tenant.database).update(organization, at: kit.surroundings.now())
            for name in ["a", "b"] { try await kit.queue(3, on: try await kit.tenant.addDatasource(name)) }
            var turns = ClassTurns()
            let first = try await kit.runs.claim(runner: "r", slots: 8, turns: &turns)
            #expect(first.count == 3)
            #expect(try await kit.runs.claim(runner: "r", slots: 8, turns: &turns).isEmpty)
            #expect(try await kit.count("SELECT count(*) FROM runs WHERE status = 'queued'") == 3)
            try await kit.end(first[0])
            #expect(try await kit.runs.claim(runner: "r", slots: 8, turns: &turns).count == 1)
        }
    }

    @Test("Nobody starves under another's flood", arguments: StoreKind.allCases)
    func flood(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource(maxConcurrency: 1)
            let (ben, eve) = (try await kit.tenant.addUser("Ben"), try await kit.tenant.addUser("Eve"))
            try await kit.queue(60, on: source, by: eve)
            let bens = try await kit.queue(2, on: source, by: ben)
            let adas = try await kit.queue(2, on: source)
            var (turns, order): (ClassTurns, [Run.ID]) = (ClassTurns(), [])
            for _ in 0..<6 {
                let claims = try await kit.runs.claim(runner: "r", slots: 4, turns: &turns)
                order += claims.map(\.run.id)
                for claim in claims { try await kit.end(claim) }
            }
            // Six turns of three people: two each, the older first.
            #expect(order.filter(bens.contains) == bens)
            #expect(order.filter(adas.contains) == adas)
            #expect(order.count == 6)
        }
    }

    @Test("One person's runs go by age, as many at once as there is room for", arguments: StoreKind.allCases)
    func age(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource(maxConcurrency: 4)
            let queued = try await kit.queue(6, on: source)
            var turns = ClassTurns()
            #expect(try await kit.runs.claim(runner: "r", slots: 8, turns: &turns).map(\.run.id) == Array(queued[..<4]))
        }
    }

    @Test("What nobody asked for is claimed as well", arguments: StoreKind.allCases)
    func nobodys(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource()
            var new = kit.new(on: source, priority: .scheduled)
            new.run.createdBy = nil
            try await kit.runs.enqueue(new)
            try await kit.queue(1, on: source)
            var turns = ClassTurns()
            #expect(try await kit.runs.claim(runner: "r", slots: 8, turns: &turns).count == 2)
        }
    }

    @Test("A run that waits for its next attempt holds up nobody", arguments: StoreKind.allCases)
    func waiting(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource(maxConcurrency: 1)
            let queued = try await kit.queue(2, on: source)
            var turns = ClassTurns()
            let claim = try #require(try await kit.runs.claim(runner: "r", slots: 1, turns: &turns).first)
            let error = QueryFailure(code: "08006", message: "gone", recovery: .mayPass)
            try await kit.end(claim, .failed(.mayPass), error: error, retryAfter: .seconds(3600))
            let next = try await kit.runs.claim(runner: "r", slots: 1, turns: &turns)
            #expect(next.map(\.run.id) == [queued[1]])
        }
    }

    @Test("No step of a claim reads all that is queued")
    func plans() async throws {
        try await RunKit.with(.sqlite) { kit in
            let source = try await kit.tenant.addDatasource(maxConcurrency: 1)
            try await kit.queue(3, on: source)
            let database = RecordingDatabase(kit.tenant.database)
            let runs = RunRepository(database: database, surroundings: kit.surroundings, signals: SignalHub())
            var turns = ClassTurns()
            #expect(try await runs.claim(runner: "r", slots: 1, turns: &turns).count == 1)
            for statement in database.takeStatements()
            where statement.text.hasPrefix("SELECT") || statement.text.hasPrefix("WITH") {
                let plan = try await kit.tenant.database.read { transaction in
                    try transaction.all("EXPLAIN QUERY PLAN \(statement)") { row in
                        _ = (try row.int(), try row.int(), try row.int())
                        return try row.text()
                    }
                }
                // The first step along the index ends with its first row.
                let scans = plan.filter { line in
                    line.hasPrefix("SCAN r") && line != "SCAN runs USING INDEX runs_queued"
                        || line.contains("TEMP B-TREE FOR ORDER BY")
                }
                #expect(scans == [], "\(statement.text)")
            }
        }
    }
}
