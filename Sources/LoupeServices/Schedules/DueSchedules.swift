import Foundation
package import Logging
package import LoupeCore
package import LoupeStore

/// Turns schedules whose time has come into runs, for every organization. Safe to do in many processes at once: each
/// due time is one's alone.
package struct DueSchedules: Sendable {
    private let schedules: ScheduleRepository
    private let rules: DatasourceRules
    private let signals: SignalHub
    private let surroundings: Surroundings
    private let logger: Logger

    /// Schedules read, and turned into runs, at once: few enough for SQLite's one writer.
    private static let batch = 50
    /// What the store takes.
    private static let reasonLength = 255

    package init(
        database: any Database,
        rules: DatasourceRules,
        signals: SignalHub,
        surroundings: Surroundings,
        logger: Logger
    ) {
        schedules = ScheduleRepository(database)
        self.rules = rules
        self.signals = signals
        self.surroundings = surroundings
        self.logger = logger
    }

    /// Makes a run of each schedule that is due, one however many times were missed. When the next is due; nil where
    /// none is.
    package func fire() async throws -> Timestamp? {
        while try await settle(schedules.unplanned(limit: DueSchedules.batch)) {}
        while try await settle(schedules.due(at: surroundings.now(), limit: DueSchedules.batch)) {}
        return try await schedules.nextDue()
    }

    /// Whether there may be more.
    private func settle(_ batch: [DueSchedule]) async throws -> Bool {
        guard !batch.isEmpty else { return false }
        let now = surroundings.now()
        var settlements: [ScheduleRepository.Settlement] = []
        for due in batch { settlements.append(await settlement(of: due, at: now)) }
        do {
            if try await schedules.settle(settlements, at: now) > 0 { signals.announce(.work) }
        } catch let error as LoupeError where error.code != .unavailable {
            // One of them breaks a rule of the store: the others must not wait for it.
            try await settleEach(settlements, at: now)
        }
        return batch.count == DueSchedules.batch && !Task.isCancelled
    }

    private func settleEach(_ settlements: [ScheduleRepository.Settlement], at now: Timestamp) async throws {
        for settlement in settlements {
            do {
                if try await schedules.settle([settlement], at: now) > 0 { signals.announce(.work) }
            } catch let error as LoupeError where error.code != .unavailable {
                logger.error(
                    "A schedule could not be fired",
                    metadata: ["schedule.id": "\(settlement.schedule.id)", "error": "\(error)"]
                )
                let failure = ScheduleRepository.Settlement(
                    schedule: settlement.schedule,
                    decision: .fail(reason: "the run could not be stored"),
                    next: settlement.next
                )
                _ = try await schedules.settle([failure], at: now)
            }
        }
    }

    private func settlement(of due: DueSchedule, at now: Timestamp) async -> ScheduleRepository.Settlement {
        func settlement(_ decision: ScheduleRepository.Decision, _ next: Timestamp?) -> ScheduleRepository.Settlement {
            ScheduleRepository.Settlement(schedule: due, decision: decision, next: next)
        }
        guard let next = due.next(after: now) else {
            return settlement(.disable(reason: "its cron expression or time zone is no longer known"), nil)
        }
        guard let dueAt = due.dueAt else { return settlement(.plan, next) }
        if due.isGoing { return settlement(.passOver(reason: "the run before it is still going"), next) }
        guard let work = due.work else { return settlement(.fail(reason: "its query was deleted"), next) }
        let run = ScheduledRun(
            organization: due.organizationID,
            schedule: due.id,
            work: work,
            values: due.parameters,
            timeZone: due.timeZone,
            firstDayOfWeek: due.firstDayOfWeek
        )
        do {
            let bound = try await run.bound(rules, at: now)
            let new = run.new(bound, scheduledFor: dueAt, by: due.createdBy, at: now, id: surroundings.newID())
            return settlement(.run(new), next)
        } catch {
            let message = (error as? LoupeError)?.message ?? "its parameters could not be read"
            return settlement(.fail(reason: String(message.prefix(DueSchedules.reasonLength))), next)
        }
    }
}

extension DueSchedule {
    /// Nil where the expression or the zone is not known (any more).
    fileprivate func next(after now: Timestamp) -> Timestamp? {
        // Both were checked when they were saved; what is wrong with them now changes nothing here.
        guard let zone = TimeZone(named: timeZone), let cron = try? CronExpression(parsing: cronExpression) else {
            return nil
        }
        return cron.next(after: now, in: zone)
    }
}
