import LoupeCore
import LoupeEngine
import LoupeStore
import LoupeTestSupport
import Synchronization
import Testing

/// A store that can go out of reach.
private final class FickleDatabase: Database {
    private let database: any Database
    private let isAway = Mutex(false)
    /// Each call in vain.
    let refusals: AsyncStream<Void>
    private let refused: AsyncStream<Void>.Continuation

    init(_ database: any Database) {
        self.database = database
        (refusals, refused) = AsyncStream.makeStream()
    }

    var dialect: Dialect { database.dialect }

    func setAway(_ isAway: Bool) {
        self.isAway.withLock { $0 = isAway }
    }

    private func check() throws {
        guard isAway.withLock({ $0 }) else { return }
        refused.yield()
        throw LoupeError(.unavailable, "the store cannot be reached")
    }

    func read<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try check()
        return try await database.read(body)
    }

    @discardableResult
    func write<Value: Sendable>(_ body: @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try check()
        return try await database.write(body)
    }

    func close() async {
        await database.close()
    }
}

@Suite("A runner that cannot reach the store")
struct DoubtTests {
    @Test("stops its statements once others may hold its runs, and hands back what is still its own")
    func leaseDoubtful() async throws {
        try await EngineFixture.with(.sqlite) { fixture in
            let store = FickleDatabase(fixture.database)
            let runner = fixture.runner("a", on: store) {
                $0.beatInterval = .milliseconds(20)
                $0.beatPatience = .milliseconds(100)
            }
            let runners = RunnerRepository(database: fixture.database, surroundings: EngineFixture.surroundings)
            try await fixture.running(runner) {
                let run = try await fixture.execute(EngineFixture.endless)
                try await fixture.started(run)
                let before = try #require(try await runners.held().first)
                store.setAway(true)
                // Beats and polls come every 20 to 50 ms: so many in vain take longer than the patience.
                var inVain = 0
                for await _ in store.refusals {
                    inVain += 1
                    if inVain == 60 { break }
                }
                store.setAway(false)
                // Handed back, and taken up anew by whoever has a slot: itself.
                for await _ in Ticks(every: .milliseconds(20)) {
                    guard let held = try await runners.held().first, held.lease != before.lease else { continue }
                    #expect(held.run == run.id)
                    #expect(held.attempt == 1)
                    return
                }
            }
        }
    }
}
