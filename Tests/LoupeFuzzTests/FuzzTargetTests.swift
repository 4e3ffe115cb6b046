import LoupeFuzz
import Testing

@Suite("Fuzzing")
struct FuzzTargetTests {
    @Test("A second of made-up input breaks nothing", arguments: FuzzTarget.all().map(\.name))
    func holds(name: String) async throws {
        let target = try #require(FuzzTarget.all().first { $0.name == name })
        let seed = UInt64.random(in: 0..<1 << 48)
        #expect(try await target.run(for: .seconds(1), seed: seed) > 0)
    }

    @Test("A finding names the seed that makes its input again")
    func namesSeed() async throws {
        let target = FuzzTarget(name: "odd") { random in
            if random.next() % 64 == 0 { throw CancellationError() }
        }
        let failure = try await #require(throws: FuzzFailure.self) {
            try await target.run(for: .seconds(60), seed: 7)
        }
        let again = try await #require(throws: FuzzFailure.self) {
            try await target.run(for: .zero, seed: failure.seed)
        }
        #expect(again.seed == failure.seed)
        #expect(failure.description.contains("--seed \(failure.seed)"))
    }
}
