import Foundation
import LoupeCore
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeEngine

@Suite("Due schedules")
struct DueScheduleTests {
    private static let minute = Duration.seconds(60)
    private static let start = ScheduleFixture.start

    @Test("become runs that say when, why and how they were asked for", arguments: StoreKind.allCases)
    func fires(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            let schedule = try await fixture.schedule("*/5 * * * *", in: "Asia/Kolkata", of: query)
            #expect(schedule.history.nextRunAt == Self.start + Self.minute * 5)
            #expect(try await fixture.due.fire() == schedule.history.nextRunAt)
            #expect(try await fixture.runs(of: schedule).isEmpty)
            fixture.clock.advance(Self.minute * 5)
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 10)
            let run = try #require(try await fixture.runs(of: schedule).first)
            #expect(run.trigger == .schedule)
            #expect(run.priority == .scheduled)
            #expect(run.scheduledFor == Self.start + Self.minute * 5)
            #expect(run.timeZone == "Asia/Kolkata")
            #expect(run.queryID == query.id)
            #expect(run.queryName == "items")
            #expect(run.createdBy == fixture.engine.caller.user)
            #expect(run.status == .queued)
            let history = try await fixture.find(schedule).history
            #expect(history.lastRunAt == fixture.clock.now)
            #expect(history.lastRuns == [Schedule.LastRun(id: run.id, status: .queued, completedAt: nil)])
            #expect(try await fixture.find(schedule).version == 1)
            #expect(try await fixture.outcomes(of: schedule) == ["enqueued"])
        }
    }

    @Test("run once for all the times that were missed", arguments: StoreKind.allCases)
    func missed(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            fixture.clock.advance(Self.minute * 181)
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 185)
            let runs = try await fixture.runs(of: schedule)
            #expect(runs.map(\.scheduledFor) == [Self.start + Self.minute * 5])
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 185)
            #expect(try await fixture.runs(of: schedule).count == 1)
        }
    }

    @Test("are passed over while the run before is going, and say so", arguments: StoreKind.allCases)
    func stillGoing(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            for _ in 1...2 {
                fixture.clock.advance(Self.minute * 5)
                _ = try await fixture.due.fire()
            }
            #expect(try await fixture.runs(of: schedule).count == 1)
            let skipped = try await fixture.find(schedule).history
            #expect(skipped.skippedReason == "the run before it is still going")
            #expect(skipped.consecutiveFailures == 0)
            #expect(skipped.nextRunAt == Self.start + Self.minute * 15)
            try await fixture.endRun(.completed)
            fixture.clock.advance(Self.minute * 5)
            _ = try await fixture.due.fire()
            #expect(try await fixture.runs(of: schedule).count == 2)
            #expect(try await fixture.find(schedule).history.skippedReason == nil)
            #expect(
                try await fixture.outcomes(of: schedule) == [
                    "completed", "skipped: the run before it is still going", "enqueued",
                ]
            )
        }
    }

    @Test("become one run each, however many schedulers look at once", arguments: StoreKind.allCases)
    func together(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            var schedules: [Schedule] = []
            for _ in 0..<60 { schedules.append(try await fixture.schedule("*/5 * * * *", of: query)) }
            fixture.clock.advance(Self.minute * 5)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await fixture.due.fire() } }
                try await group.waitForAll()
            }
            for schedule in schedules { #expect(try await fixture.runs(of: schedule).count == 1) }
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 10)
        }
    }

    @Test("resolve relative dates when they fire, in their own zone, and keep them", arguments: StoreKind.allCases)
    func relativeDates(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query(
                "SELECT :day AS day, :since AS since",
                [
                    ParameterDefinition(name: "day", type: .date, isRequired: true),
                    ParameterDefinition(name: "since", type: .date, defaultValue: "start_of_month"),
                ]
            )
            // 14 hours before UTC: the new day and the new month begin at 10:00 UTC.
            let schedule = try await fixture.schedule(
                "0 0 * * *",
                in: "Pacific/Kiritimati",
                of: query,
                ["day": "today-7d"]
            )
            #expect(schedule.history.nextRunAt == Self.start + Self.minute * 30)
            fixture.clock.advance(Self.minute * 30)
            _ = try await fixture.due.fire()
            let run = try #require(try await fixture.runs(of: schedule).first)
            #expect(run.parameters == ["day": "2026-01-25", "since": "2026-02-01"])
            #expect(try await fixture.find(schedule).parameters == ["day": "today-7d"])
        }
    }

    @Test("that cannot become a run any more say why, and count as failed", arguments: StoreKind.allCases)
    func broken(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            var query = try await fixture.query()
            let schedule = try await fixture.schedule("*/5 * * * *", of: query)
            query.sql = "SELECT :id AS id"
            query.parameters = [ParameterDefinition(name: "id", type: .number, isRequired: true)]
            try await QueryRepository(fixture.engine.database).update(query, by: nil, at: fixture.clock.now)
            fixture.clock.advance(Self.minute * 5)
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 10)
            var history = try await fixture.find(schedule).history
            #expect(history.skippedReason == "parameters.id: a value is required")
            #expect(history.consecutiveFailures == 1)
            // As in the moment between a look at what is due and its query's way into the bin.
            let (id, now) = (query.id, fixture.clock.now)
            try await fixture.engine.database.write { transaction in
                try transaction.execute("UPDATE queries SET deleted_at = \(now) WHERE id = \(id)")
            }
            fixture.clock.advance(Self.minute * 5)
            _ = try await fixture.due.fire()
            history = try await fixture.find(schedule).history
            #expect(history.skippedReason == "its query was deleted")
            #expect(history.consecutiveFailures == 2)
            #expect(try await fixture.runs(of: schedule).isEmpty)
        }
    }

    @Test("count their failures until a run completes; a cancelled one changes nothing", arguments: StoreKind.allCases)
    func failures(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            var counts: [Int] = []
            let endings: [RunState.Outcome] = [.failed(.final), .timedOut, .cancelled, .completed, .failed(.final)]
            for ending in endings {
                fixture.clock.advance(Self.minute * 5)
                _ = try await fixture.due.fire()
                try await fixture.endRun(ending)
                counts.append(try await fixture.find(schedule).history.consecutiveFailures)
            }
            #expect(counts == [1, 2, 2, 0, 1])
            #expect(
                try await fixture.outcomes(of: schedule) == ["failed", "timeout", "cancelled", "completed", "failed"]
            )
            let last = try await fixture.find(schedule).history.lastRuns
            #expect(last.map(\.status) == [.failed, .completed, .cancelled, .timeout, .failed])
            #expect(last.first?.completedAt == fixture.clock.now)
        }
    }

    @Test("keep their ten newest runs in sight", arguments: StoreKind.allCases)
    func lastRuns(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            for _ in 0..<12 {
                fixture.clock.advance(Self.minute * 5)
                _ = try await fixture.due.fire()
                try await fixture.endRun(.completed)
            }
            let shown = try await fixture.find(schedule).history.lastRuns.map(\.id)
            #expect(shown == (try await fixture.runs(of: schedule).map(\.id).suffix(10).reversed()))
        }
    }

    @Test("never run a time twice, though the clock was set back", arguments: StoreKind.allCases)
    func setBack(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            fixture.clock.advance(Self.minute * 5)
            _ = try await fixture.due.fire()
            try await fixture.endRun(.completed)
            try await fixture.engine.database.write { transaction in
                try transaction.execute("UPDATE schedules SET next_run_at = \(Self.start + Self.minute * 5)")
            }
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 10)
            #expect(try await fixture.runs(of: schedule).count == 1)
        }
    }

    @Test("do not wait for one of them that the store refuses", arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            let bad = try await fixture.schedule("*/5 * * * *", of: query)
            let good = try await fixture.schedule("*/5 * * * *", of: query)
            fixture.clock.advance(Self.minute * 5)
            _ = try await fixture.due.fire()
            for _ in 0..<2 { try await fixture.endRun(.completed) }
            // Its run is there and its outcome is not: the unique key of runs refuses a second.
            try await fixture.engine.database.write { transaction in
                try transaction.execute("DELETE FROM schedule_outcomes WHERE schedule_id = \(bad.id)")
                try transaction.execute(
                    "UPDATE schedules SET next_run_at = \(Self.start + Self.minute * 5) WHERE id = \(bad.id)"
                )
            }
            fixture.clock.advance(Self.minute * 5)
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 15)
            #expect(try await fixture.runs(of: good).count == 2)
            #expect(try await fixture.runs(of: bad).count == 1)
            #expect(try await fixture.find(bad).history.skippedReason == "the run could not be stored")
        }
    }

    @Test("without a next time are planned, not fired", arguments: StoreKind.allCases)
    func unplanned(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            try await fixture.engine.database.write { transaction in
                try transaction.execute("UPDATE schedules SET next_run_at = NULL")
            }
            fixture.clock.advance(Self.minute * 60)
            #expect(try await fixture.due.fire() == Self.start + Self.minute * 65)
            #expect(try await fixture.runs(of: schedule).isEmpty)
        }
    }

    @Test("whose expression is no longer known are disabled, and say so", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let schedule = try await fixture.schedule("*/5 * * * *", of: fixture.query())
            try await fixture.engine.database.write { transaction in
                try transaction.execute("UPDATE schedules SET timezone = 'Mars/Olympus'")
            }
            fixture.clock.advance(Self.minute * 5)
            #expect(try await fixture.due.fire() == nil)
            let after = try await fixture.find(schedule)
            #expect(!after.isEnabled)
            #expect(after.history.skippedReason == "its cron expression or time zone is no longer known")
        }
    }

    @Test("fail with their datasource: what it had queued ends", arguments: StoreKind.allCases)
    func datasourceGone(_ kind: StoreKind) async throws {
        try await ScheduleFixture.with(kind) { fixture in
            let query = try await fixture.query()
            let schedule = try await fixture.schedule("*/5 * * * *", of: query)
            fixture.clock.advance(Self.minute * 5)
            _ = try await fixture.due.fire()
            let (engine, organization, now) = (fixture.engine, fixture.organization, fixture.clock.now)
            _ = try await engine.database.write { transaction in
                try DatasourceRepository.delete(
                    engine.datasource.id,
                    cascade: true,
                    by: nil,
                    in: organization,
                    at: now,
                    transaction
                )
            }
            #expect(try await fixture.outcomes(of: schedule) == ["failed"])
        }
    }
}
