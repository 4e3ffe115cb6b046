import LoupeCore
import LoupeEngine
import LoupeResults
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("A runner")
struct RunnerTests {
    @Test("brings a run from the queue to its result", arguments: StoreKind.allCases)
    func completes(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                let run = try await fixture.execute(
                    "SELECT id, name, price FROM items WHERE id >= :least ORDER BY id",
                    ["least": 2]
                )
                return try await fixture.outcome(of: run)
            }
            #expect(run.status == .completed)
            #expect(run.outcome.rowCount == 2)
            #expect(run.runnerID == "a")
            let reader = try await fixture.service.result(of: run)
            #expect(reader.columns.map(\.name) == ["id", "name", "price"])
            let page = try await reader.page(offset: 0, limit: 10)
            #expect(String(decoding: page.rows, as: UTF8.self) == #"[[2,"mirror",null],[3,"prism",7.0]]"#)
            let attempts = try await fixture.service.attempts(of: run)
            #expect(attempts.map(\.outcome) == ["completed"])
        }
    }

    @Test("says what the database said of a wrong statement, and does not try again", arguments: StoreKind.allCases)
    func failsAtOnce(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                try await fixture.outcome(of: fixture.execute("SELECT nothing FROM items"))
            }
            #expect(run.status == .failed)
            #expect(run.state.attempt == 1)
            let error = try #require(run.error)
            #expect(error.code == "SQLITE_ERROR")
            #expect(error.message.contains("nothing"))
            #expect(error.position == 8)
        }
    }

    @Test("cuts a result at the row limit and says so", arguments: StoreKind.allCases)
    func truncates(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                try await fixture.outcome(
                    of: fixture.execute("SELECT id FROM items", limits: .init(maxRows: 2))
                )
            }
            #expect(run.status == .completed)
            #expect(run.outcome.rowCount == 2)
            #expect(run.outcome.truncatedBy == .rows)
        }
    }

    @Test("ends a statement that takes longer than its limit", arguments: StoreKind.allCases)
    func timesOut(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.running(fixture.runner("a")) {
                try await fixture.outcome(
                    of: fixture.execute(EngineFixture.endless, limits: .init(timeoutSeconds: 1))
                )
            }
            #expect(run.status == .timeout)
            #expect(run.error?.code == "timeout")
        }
    }

    @Test("never runs more at once than the datasource takes", arguments: StoreKind.allCases)
    func keepsTheDatasourcesLimit(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind, maxConcurrency: 2) { fixture in
            try await fixture.running(fixture.runner("a"), fixture.runner("b")) {
                var runs: [Run] = []
                for _ in 0..<6 { runs.append(try await fixture.execute(EngineFixture.endless)) }
                try await fixture.started(runs[1])
                for run in runs {
                    let running = try await fixture.database.read {
                        try $0.count("SELECT count(*) FROM runs WHERE status = 'running'")
                    }
                    #expect(running <= 2)
                    _ = try await fixture.service.cancel(run.id, by: fixture.caller)
                    #expect(try await fixture.outcome(of: run).status == .cancelled)
                }
            }
        }
    }

    @Test("what is queued on a deleted datasource fails at once, no runner there", arguments: StoreKind.allCases)
    func datasourceGone(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let run = try await fixture.execute("SELECT 1")
            try await fixture.datasources.delete(fixture.datasource.id, by: fixture.caller)
            let ended = try await fixture.runs.find(run.id, in: fixture.caller.organization)
            #expect(ended.status == .failed)
            #expect(ended.error?.code == "datasource_gone")
            #expect(ended.completedAt != nil)
        }
    }

    @Test("stops what it runs on a datasource that is deleted", arguments: StoreKind.allCases)
    func datasourceGoneMeanwhile(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            let runner = fixture.runner("a") { $0.beatInterval = .seconds(60) }
            let ended = try await fixture.running(runner) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                try await fixture.datasources.delete(fixture.datasource.id, by: fixture.caller)
                return try await fixture.outcome(of: run)
            }
            #expect(ended.status == .cancelled)
        }
    }

    @Test("takes nothing of a deleted datasource", arguments: StoreKind.allCases)
    func claimsNothingDeleted(_ kind: StoreKind) async throws {
        try await EngineFixture.with(kind) { fixture in
            _ = try await fixture.execute("SELECT 1")
            let now = EngineFixture.surroundings.now()
            try await fixture.database.write { transaction in
                try transaction.execute("UPDATE datasources SET deleted_at = \(now)")
            }
            var turns = ClassTurns()
            let claims = try await fixture.runs.claim(runner: "a", slots: 4, turns: &turns)
            #expect(claims.isEmpty)
        }
    }
}
