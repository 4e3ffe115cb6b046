import Foundation
package import LoupeCore
package import LoupeStore

/// Schedules: what people do with them. Firing them is `DueSchedules`'.
package struct ScheduleService: Sendable {
    let database: any Database
    let schedules: ScheduleRepository
    let rules: DatasourceRules
    let signals: SignalHub
    let surroundings: Surroundings

    package init(
        database: any Database,
        rules: DatasourceRules,
        signals: SignalHub,
        surroundings: Surroundings
    ) {
        self.database = database
        self.rules = rules
        self.signals = signals
        self.surroundings = surroundings
        schedules = ScheduleRepository(database)
    }

    package func find(_ id: Schedule.ID, by caller: Caller) async throws -> Schedule {
        try await schedules.find(id, in: caller.organization)
    }

    package func list(
        _ request: ListRequest,
        query: SavedQuery.ID?,
        isEnabled: Bool?,
        by caller: Caller
    ) async throws -> Page<Schedule> {
        try await schedules.list(request, query: query, isEnabled: isEnabled, in: caller.organization)
    }

    /// A schedule about to be made.
    package struct Draft: Sendable {
        package var queryID: SavedQuery.ID
        package var name: String
        package var cronExpression: String
        package var timeZone: String
        package var parameters: [String: JSONValue] = [:]
        package var tags: [String] = []
        package var isEnabled = true

        package init(queryID: SavedQuery.ID, name: String, cronExpression: String, timeZone: String) {
            self.queryID = queryID
            self.name = name
            self.cronExpression = cronExpression
            self.timeZone = timeZone
        }
    }

    /// Throws `validation_failed` naming every offending field.
    package func create(_ draft: Draft, by caller: Caller) async throws -> Schedule {
        let now = surroundings.now()
        var schedule = Schedule(
            id: surroundings.newID(),
            organizationID: caller.organization,
            queryID: draft.queryID,
            name: draft.name,
            cronExpression: draft.cronExpression,
            timeZone: draft.timeZone,
            parameters: draft.parameters,
            tags: draft.tags,
            isEnabled: draft.isEnabled,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        let next = try Timetable(draft.cronExpression, draft.timeZone).next(1, after: now).first
        schedule.history.nextRunAt = draft.isEnabled ? next : nil
        _ = try await bound(schedule, at: now)
        try await schedules.insert(schedule)
        signals.announce(.schedules)
        return try await schedules.find(schedule.id, in: caller.organization)
    }

    /// Changes what `change` changes; another time of day, zone or being enabled anew begins from now. Throws
    /// `precondition_failed` where `version` is given and no longer stands, or where somebody else saved at the same
    /// moment.
    package func update(
        _ id: Schedule.ID,
        version: Int?,
        by caller: Caller,
        _ change: (inout Schedule) -> Void
    ) async throws -> Schedule {
        let before = try await schedules.find(id, in: caller.organization)
        if let version, version != before.version { throw LoupeError.stale("schedule") }
        var schedule = before
        change(&schedule)
        let now = surroundings.now()
        if schedule.queryID != before.queryID || schedule.parameters != before.parameters
            || schedule.timeZone != before.timeZone
        {
            _ = try await bound(schedule, at: now)
        }
        let isRescheduled =
            schedule.cronExpression != before.cronExpression || schedule.timeZone != before.timeZone
            || schedule.isEnabled != before.isEnabled
        if isRescheduled {
            let next = try Timetable(schedule.cronExpression, schedule.timeZone).next(1, after: now).first
            schedule.history.nextRunAt = schedule.isEnabled ? next : nil
        }
        let updated = try await schedules.update(schedule, isRescheduled: isRescheduled, at: now)
        if isRescheduled { signals.announce(.schedules) }
        return updated
    }

    /// Times missed while it was disabled stay missed. Nothing changes where it is so already.
    package func setEnabled(
        _ id: Schedule.ID,
        _ isEnabled: Bool,
        version: Int?,
        by caller: Caller
    ) async throws -> Schedule {
        let schedule = try await schedules.find(id, in: caller.organization)
        if let version, version != schedule.version { throw LoupeError.stale("schedule") }
        if schedule.isEnabled == isEnabled { return schedule }
        return try await update(id, version: schedule.version, by: caller) { $0.isEnabled = isEnabled }
    }

    /// Moves a schedule to the bin.
    package func delete(_ id: Schedule.ID, version: Int?, by caller: Caller) async throws {
        let now = surroundings.now()
        try await database.write { [surroundings] transaction in
            let schedule = try ScheduleRepository.find(id, in: caller.organization, transaction)
            let subject = AuditEntry.Subject(.schedule, id, schedule.name)
            let entry = AuditEntry(.scheduleDelete, subject, by: caller, in: surroundings)
            try AuditRepository.append(entry, in: caller.organization, transaction)
            try ScheduleRepository.delete(
                id,
                version: version,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
    }
}
