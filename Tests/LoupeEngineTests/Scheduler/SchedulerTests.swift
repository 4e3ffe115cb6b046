import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeEngine

@Suite("The scheduler")
struct SchedulerTests {
    /// The first run of a schedule, as soon as it is queued.
    private static func firstRun(of schedule: Schedule, _ fixture: ScheduleFixture) async throws -> Run {
        var signals = fixture.engine.signals.subscribe(.work).makeAsyncIterator()
        while true {
            if let run = try await fixture.runs(of: schedule).first { return run }
            _ = await signals.next()
        }
    }

    @Test("fires what was missed while nothing ran as soon as it starts", arguments: StoreKind.allCases)
    func start(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("@hourly", of: fixture.query())
            fixture.clock.advance(.seconds(86_400))
            let run = try await fixture.engine.running(fixture.scheduler("one")) {
                try await Self.firstRun(of: schedule, fixture)
            }
            #expect(run.scheduledFor == schedule.history.nextRunAt)
            #expect(try await fixture.runs(of: schedule).count == 1)
        }
    }

    @Test("is woken by a change, and sleeps no longer than to the next due time", arguments: StoreKind.allCases)
    func woken(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            // Neither a beat nor a poll wakes it in time.
            let scheduler = fixture.scheduler("one") { options in
                options.beatInterval = .seconds(3600)
                options.pollInterval = .seconds(3600)
            }
            let first = try await fixture.schedule("@hourly", of: query)
            fixture.clock.advance(.seconds(3600))
            try await fixture.engine.running(scheduler) {
                _ = try await Self.firstRun(of: first, fixture)
                // Due in a second, by a clock that stands just before it.
                let second = try await fixture.schedule("*/5 * * * *", of: query)
                fixture.clock.advance(.seconds(5 * 60))
                fixture.engine.signals.announce(.schedules)
                _ = try await Self.firstRun(of: second, fixture)
            }
        }
    }

    @Test("sleeps to the next due time", arguments: StoreKind.allCases)
    func sleepsToNext(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            let scheduler = fixture.scheduler("one") { options in
                options.beatInterval = .seconds(3600)
                options.pollInterval = .seconds(3600)
            }
            try await fixture.engine.running(scheduler) {
                // It computes a wait of 300 ms, and finds the clock moved when it wakes.
                fixture.clock.advance(.seconds(300) - .milliseconds(300))
                let schedule = try await fixture.schedule("*/5 * * * *", of: query)
                fixture.clock.advance(.milliseconds(300))
                _ = try await Self.firstRun(of: schedule, fixture)
            }
        }
    }

    @Test("takes over from a leader that stands still, and fires once what was due", arguments: StoreKind.allCases)
    func takeover(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let leases = LeaseRepository(
                database: fixture.engine.database,
                surroundings: fixture.clock.surroundings
            )
            let held = try await leases.take("scheduler", holder: "stopped", over: nil)
            let token = try #require(held)
            let schedule = try await fixture.schedule("@hourly", of: fixture.query())
            fixture.clock.advance(.seconds(7200))
            let services = [fixture.scheduler("one"), fixture.scheduler("two")]
            _ = try await fixture.engine.running(services[0], services[1]) {
                try await Self.firstRun(of: schedule, fixture)
            }
            #expect(try await fixture.runs(of: schedule).count == 1)
            // Whoever was stopped and wakes finds that it leads no more.
            #expect(try await !leases.beat("scheduler", token: token))
        }
    }

    @Test("takes up at once what a process of its own name left behind", arguments: StoreKind.allCases)
    func sameName(_ kind: StoreKind) async throws {
        try await kind.withStore { (database) async throws -> Void in
            let leases = LeaseRepository(database: database, surroundings: .system)
            var killed = Leadership(name: "scheduler", holder: "serve", leases: leases, patience: .seconds(20))
            var next = Leadership(name: "scheduler", holder: "serve", leases: leases, patience: .seconds(20))
            var other = Leadership(name: "scheduler", holder: "other", leases: leases, patience: .seconds(20))
            #expect(try await killed.hold(at: .now))
            #expect(try await !other.hold(at: .now))
            #expect(try await next.hold(at: .now))
            #expect(try await !other.hold(at: .now))
        }
    }
}
