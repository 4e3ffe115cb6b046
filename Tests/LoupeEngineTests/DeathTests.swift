import Foundation
import LoupeCore
import LoupeEngine
import LoupeResults
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

/// A runner that dies without a word: it claims, and its beat never moves again.
@Suite("When a runner dies")
struct DeathTests {
    private func claimAndDie(_ fixture: EngineFixture, _ id: String) async throws -> RunClaim {
        let runners = RunnerRepository(database: fixture.database, surroundings: EngineFixture.surroundings)
        _ = try await runners.register(RunnerRepository.Card(id: id, concurrency: 1, host: "h", version: "test"))
        var turns = ClassTurns()
        let claims = try await fixture.runs.claim(runner: id, slots: 1, turns: &turns)
        return try #require(claims.first)
    }

    @Test("another finishes its run, once", arguments: StoreKind.allCases)
    func another(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT count(*) FROM items")
            let claim = try await claimAndDie(fixture, "dead")
            let ended = try await fixture.running(fixture.upkeep(), fixture.runner("alive")) {
                try await fixture.outcome(of: run)
            }
            #expect(ended.status == .completed)
            #expect(ended.runnerID == "alive")
            #expect(ended.state.attempt == 2)
            let attempts = try await fixture.service.attempts(of: ended)
            #expect(attempts.map(\.outcome) == ["lost", "completed"])
            // The dead one comes back to life and finds that nothing is its own any more.
            let isWritten = try await fixture.runs.end(
                claim,
                .failed(.final),
                outcome: Run.Outcome(),
                result: nil,
                error: QueryFailure(code: "x", message: "late"),
                retryAfter: .zero
            )
            #expect(!isWritten)
            #expect(try await fixture.outcome(of: run).status == .completed)
            let results = try await fixture.database.read { try $0.count("SELECT count(*) FROM results") }
            #expect(results == 1)
        }
    }

    @Test("its run fails for good when no attempt is left, and is kept as a dead letter", arguments: StoreKind.allCases)
    func deadLetter(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            for attempt in 1...3 {
                let claim = try await claimAndDie(fixture, "dead-\(attempt)")
                #expect(claim.run.state.attempt == attempt)
                try await fixture.runs.loseRunner(
                    of: try #require(
                        await RunnerRepository(
                            database: fixture.database,
                            surroundings: EngineFixture.surroundings
                        ).held().first
                    )
                )
            }
            let ended = try await fixture.outcome(of: run)
            #expect(ended.status == .failed)
            #expect(ended.error?.code == "runner_lost")
            let letters = try await fixture.database.read { try $0.count("SELECT count(*) FROM run_failures") }
            #expect(letters == 1)
        }
    }

    @Test("its successor of the same name takes its runs up at once", arguments: StoreKind.allCases)
    func successor(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            _ = try await claimAndDie(fixture, "serve")
            // No reaper runs: only the successor itself can give the run back.
            let ended = try await fixture.running(fixture.runner("serve")) { try await fixture.outcome(of: run) }
            #expect(ended.status == .completed)
            #expect(ended.state.attempt == 2)
        }
    }

    @Test("a cancelled run of its ends cancelled", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            _ = try await claimAndDie(fixture, "dead")
            _ = try await fixture.service.cancel(run.id, by: fixture.caller)
            let ended = try await fixture.running(fixture.upkeep()) { try await fixture.outcome(of: run) }
            #expect(ended.status == .cancelled)
        }
    }

    @Test("a run that waited too long fails and says why", arguments: StoreKind.allCases)
    func queueTimeout(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            let upkeep = fixture.upkeep { $0.queueTimeout = .zero }
            let ended = try await fixture.running(upkeep) { try await fixture.outcome(of: run) }
            #expect(ended.status == .failed)
            #expect(ended.error?.code == "queue_timeout")
        }
    }

    @Test("a shutdown hands its runs back, their attempt uncounted", arguments: StoreKind.allCases)
    func handBack(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                return run
            }
            let after = try await fixture.runs.find(run.id, in: fixture.caller.organization)
            #expect(after.status == .queued)
            #expect(after.state.attempt == 0)
            #expect(after.state.lease == nil)
        }
    }
}
