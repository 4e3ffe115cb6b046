import LoupeCore
import LoupeEngine
import LoupeResults
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Cancelling")
struct CancelTests {
    @Test("a queued run ends it at once", arguments: StoreKind.allCases)
    func queued(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            guard case .done(let cancelled) = try await fixture.service.cancel(run.id, by: fixture.caller) else {
                Issue.record("a queued run is cancelled at once")
                return
            }
            #expect(cancelled.status == .cancelled)
            #expect(cancelled.completedAt != nil)
        }
    }

    @Test("a running run stops its statement", arguments: StoreKind.allCases)
    func running(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                guard case .requested(let asked) = try await fixture.service.cancel(run.id, by: fixture.caller) else {
                    Issue.record("a running run is asked to stop")
                    return run
                }
                #expect(asked.cancelRequestedAt != nil)
                return try await fixture.outcome(of: run)
            }
            #expect(run.status == .cancelled)
        }
    }

    @Test("reaches a runner even where its signal is lost", arguments: StoreKind.allCases)
    func lostSignal(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                // Another process whose signals do not arrive here.
                let elsewhere = RunRepository(
                    database: fixture.database,
                    surroundings: EngineFixture.surroundings,
                    signals: SignalHub()
                )
                _ = try await elsewhere.requestCancel(run.id, in: fixture.caller.organization)
                return try await fixture.outcome(of: run)
            }
            #expect(run.status == .cancelled)
        }
    }

    @Test("a run that ended otherwise is a conflict", arguments: StoreKind.allCases)
    func final(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                try await fixture.outcome(of: fixture.execute("SELECT 1"))
            }
            let error = await #expect(throws: LoupeError.self) {
                try await fixture.service.cancel(run.id, by: fixture.caller)
            }
            #expect(error?.code == .conflict)
        }
    }
}
