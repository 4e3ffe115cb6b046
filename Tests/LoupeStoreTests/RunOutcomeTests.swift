import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Outcomes of runs")
struct RunOutcomeTests {
    private func claim(_ kit: RunKit, _ runner: String = "r") async throws -> RunClaim {
        var turns = ClassTurns()
        return try #require(try await kit.runs.claim(runner: runner, slots: 1, turns: &turns).first)
    }

    @Test("Of two holders of a run only the one with the lease writes", arguments: StoreKind.allCases)
    func fence(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let id = try await kit.queue(1, on: try await kit.tenant.addDatasource())[0]
            let old = try await claim(kit, "old")
            let runners = RunnerRepository(database: kit.tenant.database, surroundings: kit.surroundings)
            let held = try #require(try await runners.held().first)
            try await kit.runs.loseRunner(of: held)
            let new = try await claim(kit, "new")
            #expect(new.run.state.attempt == 2)
            #expect(try await !kit.end(old))
            #expect(try await !kit.runs.handBack(old))
            try await kit.runs.loseRunner(of: held)
            #expect(try await kit.find(id).status == .running)
            #expect(try await kit.end(new, .failed(.final), error: QueryFailure(code: "42P01", message: "no")))
            #expect(try await !kit.end(new))
            let ended = try await kit.find(id)
            #expect(ended.status == .failed)
            #expect(ended.runnerID == "new")
            #expect(ended.error?.code == "42P01")
        }
    }

    @Test("A failure that may pass is tried again until no attempt is left, then kept", arguments: StoreKind.allCases)
    func deadLetter(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let source = try await kit.tenant.addDatasource()
            let new = kit.new(on: source, attempts: 3)
            try await kit.runs.enqueue(new)
            let error = QueryFailure(code: "connection_lost", message: "gone", recovery: .mayPass)
            for attempt in 1...3 {
                let claim = try await claim(kit)
                #expect(claim.run.state.attempt == attempt)
                try await kit.end(claim, .failed(.mayPass), error: error)
            }
            #expect(try await kit.find(new.run.id).status == .failed)
            #expect(try await kit.count("SELECT attempts FROM run_failures") == 3)
            let attempts = try await kit.runs.attempts(of: new.run.id, in: kit.tenant.organization.id)
            #expect(attempts.map(\.outcome) == ["failed", "failed", "failed"])
        }
    }

    @Test("A run accepted while its datasource was deleted fails and says so", arguments: StoreKind.allCases)
    func stranded(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let tenant = kit.tenant
            let (gone, here) = (try await tenant.addDatasource("gone"), try await tenant.addDatasource("here"))
            try await DatasourceRepository(tenant.database)
                .delete(gone.id, by: tenant.ada.id, in: tenant.organization.id, at: kit.surroundings.now())
            let (stranded, other) = (try await kit.queue(1, on: gone)[0], try await kit.queue(1, on: here)[0])
            try await kit.runs.failStranded()
            let ended = try await kit.find(stranded)
            #expect(ended.status == .failed)
            #expect(ended.error?.code == "datasource_gone")
            #expect(ended.completedAt != nil)
            #expect(try await kit.find(other).status == .queued)
        }
    }
}
