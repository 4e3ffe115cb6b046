import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeEngine

@Suite("Leadership")
struct LeadershipTests {
    @Test("is held by one, and taken over from one whose beat stands still", arguments: StoreKind.allCases)
    func takeover(_ kind: StoreKind) async throws {
        try await kind.withStore { (database) async throws -> Void in
            let leases = LeaseRepository(database: database, surroundings: .system)
            let patience = Duration.seconds(20)
            var first = Leadership(name: "upkeep", holder: "first", leases: leases, patience: patience)
            var second = Leadership(name: "upkeep", holder: "second", leases: leases, patience: patience)
            let start = ContinuousClock.now
            #expect(try await first.hold(at: start))
            #expect(try await !second.hold(at: start))
            // The first goes on beating: the second waits, however long.
            for seconds in stride(from: 5, through: 40, by: 5) {
                #expect(try await first.hold(at: start + .seconds(seconds)))
                #expect(try await !second.hold(at: start + .seconds(seconds)))
            }
            // The first stands still.
            for seconds in [45, 50, 55] {
                #expect(try await !second.hold(at: start + .seconds(seconds)))
            }
            #expect(try await second.hold(at: start + .seconds(60)))
            #expect(try await !first.hold(at: start + .seconds(61)))
        }
    }

    @Test("is free at once after it was given up", arguments: StoreKind.allCases)
    func giveUp(_ kind: StoreKind) async throws {
        try await kind.withStore { (database) async throws -> Void in
            let leases = LeaseRepository(database: database, surroundings: .system)
            var first = Leadership(name: "upkeep", holder: "first", leases: leases, patience: .seconds(20))
            var second = Leadership(name: "upkeep", holder: "second", leases: leases, patience: .seconds(20))
            #expect(try await first.hold(at: .now))
            await first.giveUp()
            #expect(try await second.hold(at: .now))
        }
    }

    @Test("counts no time in which the observer itself stood still")
    func frozenObserver() {
        var stillness = Stillness<String, Int>()
        let start = ContinuousClock.now
        let patience = Duration.seconds(20)
        #expect(stillness.observe(["a": 1], at: start, patience: patience).isEmpty)
        #expect(stillness.observe(["a": 1], at: start + .seconds(25), patience: patience).isEmpty)
        for seconds in [30, 35, 40] {
            #expect(stillness.observe(["a": 1], at: start + .seconds(seconds), patience: patience).isEmpty)
        }
        #expect(stillness.observe(["a": 1], at: start + .seconds(45), patience: patience) == ["a"])
        #expect(stillness.observe(["a": 2], at: start + .seconds(50), patience: patience).isEmpty)
    }
}
