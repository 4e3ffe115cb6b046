import Foundation
import LoupeCore
import LoupeEngine
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("A runner that lives")
struct ZombieTests {
    @Test("signs on again when it was counted dead, and goes on working", arguments: StoreKind.allCases)
    func signsOnAgain(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let runners = RunnerRepository(database: fixture.database, surroundings: EngineFixture.surroundings)
            let last = try await fixture.running(fixture.runner("a")) {
                #expect(try await fixture.outcome(of: fixture.execute("SELECT 1")).status == .completed)
                let beat = try #require(try await runners.beats()["a"])
                // What the reaper does to a runner whose beat it did not see move.
                try await runners.signOff("a", incarnation: beat.incarnation)
                let run = try await fixture.outcome(of: fixture.execute("SELECT 2"))
                try await fixture.database.waitUntil {
                    try $0.count("SELECT count(*) FROM runners WHERE id = 'a'") == 1
                }
                return run
            }
            #expect(last.status == .completed)
            #expect(last.state.attempt == 1)
        }
    }

    @Test("gives back a run that the store counts as its own and it does not know", arguments: StoreKind.allCases)
    func orphan(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let ended = try await fixture.running(fixture.runner("a")) {
                #expect(try await fixture.outcome(of: fixture.execute("SELECT 1")).status == .completed)
                // A claim under its name whose answer got lost: put there beside the runner's own claiming.
                let run = try await fixture.claimedBehindTheBack(of: "a")
                return try await fixture.outcome(of: run)
            }
            #expect(ended.status == .completed)
            #expect(ended.state.attempt == 2)
        }
    }

    @Test("stops when another works under its id", arguments: StoreKind.allCases)
    func usurped(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let error = await #expect(throws: LoupeError.self) {
                try await fixture.running(fixture.runner("a")) { () async throws -> Void in
                    #expect(try await fixture.outcome(of: fixture.execute("SELECT 1")).status == .completed)
                    let runners = RunnerRepository(database: fixture.database, surroundings: EngineFixture.surroundings)
                    _ = try await runners.register(
                        RunnerRepository.Card(id: "a", concurrency: 1, host: "other", version: "test")
                    )
                    try await fixture.database.waitUntil { _ in false }
                }
            }
            #expect(error?.code == .conflict)
        }
    }
}

extension EngineFixture {
    /// A run that is claimed in a transaction of its own, before any runner can see it queued.
    fileprivate func claimedBehindTheBack(of runner: String) async throws -> Run {
        let silent = SignalHub()
        let elsewhere = RunService(
            database: database,
            results: results,
            rules: rules,
            signals: silent,
            surroundings: EngineFixture.surroundings
        )
        let repository = RunRepository(database: database, surroundings: EngineFixture.surroundings, signals: silent)
        // The runner polls: whoever is first has the run, so this is tried until it is not the runner.
        for number in 0..<200 {
            let run = try await elsewhere.execute(
                "SELECT \(number)",
                on: datasource.id,
                definitions: [],
                values: [:],
                limits: .init(),
                by: caller
            ).run
            var turns = ClassTurns()
            if try await repository.claim(runner: runner, slots: 1, turns: &turns).contains(where: {
                $0.run.id == run.id
            }) {
                return run
            }
        }
        throw LoupeError(.unavailable, "the runner was faster each time")
    }
}

extension Database {
    /// Looks at the store until something is so, or the task is cancelled.
    fileprivate func waitUntil(_ isSo: @escaping @Sendable (any Transaction) throws -> Bool) async throws {
        for await _ in Ticks(every: .milliseconds(10)) {
            if try await read(isSo) { return }
        }
        throw CancellationError()
    }
}
