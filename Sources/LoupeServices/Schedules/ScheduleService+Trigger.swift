package import LoupeCore
import LoupeStore

extension ScheduleService {
    /// Runs a schedule's query now, with the schedule's values, whether it is enabled or not. Its next time stays.
    package func trigger(_ id: Schedule.ID, by caller: Caller) async throws -> Run {
        let schedule = try await schedules.find(id, in: caller.organization)
        let now = surroundings.now()
        let (run, bound) = try await bound(schedule, at: now)
        let new = run.new(bound, scheduledFor: nil, by: caller.user, at: now, id: surroundings.newID())
        try await schedules.trigger(new, of: id)
        signals.announce(.work)
        return new.run
    }

    /// What a schedule would run now. Throws `validation_failed` for a query that is not there, and for values that do
    /// not fit its parameters; `query_rejected` for SQL that may not run.
    func bound(_ schedule: Schedule, at now: Timestamp) async throws -> (ScheduledRun, [BoundParameter]) {
        let organization = schedule.organizationID
        let query: SavedQuery
        do {
            query = try await QueryRepository(database).find(schedule.queryID, in: organization)
        } catch let error as LoupeError where error.code == .notFound {
            throw LoupeError.invalid("query_id", "is not a query of this organization")
        }
        let datasource = try await DatasourceRepository(database).find(query.datasourceID, in: organization)
        let settings = try await OrganizationRepository(database).find(organization).settings
        let run = ScheduledRun(
            organization: organization,
            schedule: schedule.id,
            work: DueSchedule.Work(query, on: datasource),
            values: schedule.parameters,
            timeZone: schedule.timeZone,
            firstDayOfWeek: settings.firstDayOfWeek
        )
        return (run, try await run.bound(rules, at: now))
    }
}
