import LoupeCore
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Figures of the work")
struct RunFigureTests {
    @Test("count what waits, what runs and what became of runs within the hour", arguments: StoreKind.allCases)
    func figures(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            for _ in 0..<3 { _ = try await fixture.execute("SELECT id FROM items") }
            let waiting = try await fixture.runs.figures()
            #expect(waiting == RunFigures(queued: [.interactive: 3], running: 0, changes: [.queued: 3]))
            try await fixture.running(fixture.runner("a")) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                #expect(try await fixture.runs.figures().running >= 1)
                _ = try await fixture.service.cancel(run.id, by: fixture.caller)
                #expect(try await fixture.outcome(of: run).status == .cancelled)
            }
            let done = try await fixture.runs.figures()
            #expect(done.running == 0 && done.changes[.cancelled] == 1 && done.changes[.queued] == 4)
        }
    }
}
