import Foundation
import LoupeCore
import LoupeSecurity
import LoupeStore

/// A run of a schedule about to be queued: the schedule's values bound to its query's parameters, relative dates
/// resolved in its zone.
struct ScheduledRun {
    let organization: Organization.ID
    let schedule: Schedule.ID
    let work: DueSchedule.Work
    let values: [String: JSONValue]
    let timeZone: String
    let firstDayOfWeek: Int

    /// Throws `query_rejected` for SQL that may not run by now and `validation_failed` for values that no longer fit.
    func bound(_ rules: DatasourceRules, at now: Timestamp) async throws -> [BoundParameter] {
        let report = await rules.inspect(work.sql, work.kind)
        try report.requireReadable()
        guard let zone = TimeZone(named: timeZone) else {
            throw LoupeError.invalid("timezone", "is not a time zone such as Europe/Berlin")
        }
        let resolver = ParameterResolver(
            definitions: work.definitions,
            now: now,
            zone: zone,
            firstDayOfWeek: firstDayOfWeek
        )
        return try resolver.resolve(values, names: report.parameters)
    }

    /// The run for a due time, or one that a person asked for (`scheduledFor` nil).
    func new(
        _ bound: [BoundParameter],
        scheduledFor: Timestamp?,
        by user: User.ID?,
        at now: Timestamp,
        id: Run.ID
    ) -> RunRepository.New {
        var run = Run(
            id: id,
            organizationID: organization,
            queryID: work.query,
            datasourceID: work.datasource,
            datasourceRevision: work.revision,
            sql: work.sql,
            parameters: .object(Dictionary(bound.map { ($0.name, $0.value.json) }) { _, last in last }),
            timeZone: timeZone,
            trigger: scheduledFor == nil ? .user : .schedule,
            priority: scheduledFor == nil ? .interactive : .scheduled,
            limits: work.limits,
            createdBy: user,
            createdAt: now
        )
        run.queryName = work.queryName
        run.scheduleID = schedule
        run.scheduledFor = scheduledFor
        return RunRepository.New(
            run: run,
            bound: bound,
            sqlHash: Digest.sha256(Array(run.sql.utf8)),
            fingerprint: Fingerprint.of(run, bound)
        )
    }
}
