import Foundation
import LoupeCore
import LoupeResults
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Synchronization
import Testing

@testable import LoupeEngine

/// Schedules under a clock that the test moves.
struct ScheduleFixture: Sendable {
    /// A Saturday.
    static let start = TestStore.moment

    let engine: EngineFixture
    let clock = Clock()

    final class Clock: Sendable {
        private let time = Mutex(ScheduleFixture.start)

        var now: Timestamp { time.withLock { $0 } }

        func advance(_ duration: Duration) {
            time.withLock { $0 = $0 + duration }
        }

        var surroundings: Surroundings {
            Surroundings(now: { self.now }, random: Surroundings.system.random)
        }
    }

    static func with(_ kind: StoreKind, _ body: (ScheduleFixture) async throws -> Void) async throws {
        try await EngineFixture.with(kind) { try await body(ScheduleFixture(engine: $0)) }
    }

    var organization: Organization.ID { engine.caller.organization }
    var repository: ScheduleRepository { ScheduleRepository(engine.database) }

    var service: ScheduleService {
        ScheduleService(
            database: engine.database,
            rules: engine.rules,
            signals: engine.signals,
            surroundings: clock.surroundings
        )
    }

    var due: DueSchedules {
        DueSchedules(
            database: engine.database,
            rules: engine.rules,
            signals: engine.signals,
            surroundings: clock.surroundings,
            logger: engine.logger
        )
    }

    func scheduler(_ id: String, _ adjust: (inout Scheduler.Options) -> Void = { _ in }) -> Scheduler {
        var options = Scheduler.Options(id: id)
        options.beatInterval = .milliseconds(20)
        options.patience = .milliseconds(400)
        adjust(&options)
        return Scheduler(
            options: options,
            database: engine.database,
            rules: engine.rules,
            signals: engine.signals,
            surroundings: clock.surroundings,
            logger: engine.logger
        )
    }

    func query(
        _ sql: String = "SELECT 1 AS one",
        _ parameters: [ParameterDefinition] = []
    ) async throws -> SavedQuery {
        let query = SavedQuery(
            id: EngineFixture.surroundings.newID(),
            organizationID: organization,
            datasourceID: engine.datasource.id,
            name: "items",
            sql: sql,
            parameters: parameters,
            createdBy: engine.caller.user,
            createdAt: clock.now,
            updatedAt: clock.now
        )
        try await QueryRepository(engine.database).insert(query)
        return query
    }

    func schedule(
        _ cron: String,
        in zone: String = "UTC",
        of query: SavedQuery,
        _ values: [String: JSONValue] = [:]
    ) async throws -> Schedule {
        var draft = ScheduleService.Draft(
            queryID: query.id,
            name: "by the clock",
            cronExpression: cron,
            timeZone: zone
        )
        draft.parameters = values
        return try await service.create(draft, by: engine.caller)
    }

    func find(_ schedule: Schedule) async throws -> Schedule {
        try await repository.find(schedule.id, in: organization)
    }

    /// Every run of a schedule, the oldest first.
    func runs(of schedule: Schedule) async throws -> [Run] {
        var filter = RunRepository.Filter()
        filter.schedule = schedule.id
        let request = try ListRequest(limit: 100, sortBy: "created_at", direction: .ascending)
        return try await runs.list(request, filter, in: organization).items
    }

    var runs: RunRepository {
        RunRepository(database: engine.database, surroundings: clock.surroundings, signals: engine.signals)
    }

    /// Ends the one queued run as a runner would.
    func endRun(_ ending: RunState.Outcome) async throws {
        let runners = RunnerRepository(database: engine.database, surroundings: clock.surroundings)
        _ = try await runners.register(RunnerRepository.Card(id: "r1", concurrency: 4, host: "here", version: "1"))
        var turns = ClassTurns()
        let claim = try #require(try await runs.claim(runner: "r1", slots: 1, turns: &turns).first)
        try await runs.end(claim, ending, outcome: Run.Outcome(), result: nil, error: nil, retryAfter: .zero)
    }

    func outcomes(of schedule: Schedule) async throws -> [String] {
        try await engine.database.read { transaction in
            try transaction.all(
                """
                SELECT outcome, reason FROM schedule_outcomes WHERE org_id = \(schedule.organizationID)
                AND schedule_id = \(schedule.id) ORDER BY scheduled_for
                """
            ) { row in
                let outcome = try row.text()
                return try row.optionalText().map { "\(outcome): \($0)" } ?? outcome
            }
        }
    }
}
