import Logging
import LoupeCore
import LoupeEngine
import LoupePostgres
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("A runner that hears no signals")
struct PollTests {
    /// Queues a run that no signal tells of, on a runner whose long interval never ends; nil where nobody found it.
    private func outcome(_ fixture: EngineFixture) async throws -> Run? {
        let runner = fixture.runner("a") {
            $0.pollInterval = .seconds(3600)
            $0.lonelyPollInterval = .milliseconds(20)
            $0.beatInterval = .seconds(3600)
        }
        return try await fixture.running(runner) {
            // Whoever starts looks once; what is queued after that is found by polling or by a signal only.
            #expect(try await fixture.outcome(of: fixture.execute("SELECT 1")).status == .completed)
            let silent = RunService(
                database: fixture.database,
                results: fixture.results,
                rules: fixture.rules,
                signals: SignalHub(),
                surroundings: EngineFixture.surroundings
            )
            let run = try await silent.execute(
                "SELECT 2",
                on: fixture.datasource.id,
                definitions: [],
                values: [:],
                limits: .init(),
                by: fixture.caller
            ).run
            let ended = try await fixture.outcome(of: run, within: .milliseconds(1500))
            return ended.status == .completed ? ended : nil
        }
    }

    @Test("polls often while it is cut off, and seldom while signals arrive")
    func intervals() async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let found = try await outcome(fixture)
            #expect(found == nil)
        }
        try await EngineFixture.with(.sqlite) { fixture in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let options = try PostgresOptions(url: "postgres://u@127.0.0.1:1/d")
            let pool = PostgresPool(options: options, logger: logger)
            // Never run, so never listening.
            _ = PostgresSignals(hub: fixture.signals, pool: pool, options: options, sender: "a", logger: logger)
            #expect(try await outcome(fixture)?.status == .completed)
            await pool.close()
        }
    }
}
