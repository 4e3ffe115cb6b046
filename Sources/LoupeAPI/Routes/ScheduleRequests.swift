import LoupeCore
import LoupeServices

/// `POST /schedules`
package struct NewSchedule: RequestBody {
    let draft: ScheduleService.Draft

    package init(_ fields: Fields) {
        var draft = ScheduleService.Draft(
            queryID: fields.required("query_id", .id()),
            name: fields.required("name", .name),
            cronExpression: fields.required("cron_expression", .cron),
            timeZone: fields.optional("timezone", .timeZone, default: "UTC")
        )
        draft.parameters = fields.parameterValues()
        draft.tags = fields.optional("tags", .tags, default: [])
        draft.isEnabled = fields.optional("enabled", .boolean, default: true)
        self.draft = draft
    }
}

/// `PUT` and `PATCH /schedules/{id}`
package struct ScheduleChange: RequestBody {
    let queryID: Change<SavedQuery.ID>
    let name: Change<String>
    let cronExpression: Change<String>
    let timeZone: Change<String>
    let parameters: Change<JSONValue?>
    let tags: Change<[String]>
    let isEnabled: Change<Bool>

    package init(_ fields: Fields) {
        queryID = fields.change("query_id", .id())
        name = fields.change("name", .name)
        cronExpression = fields.change("cron_expression", .cron)
        timeZone = fields.change("timezone", .timeZone)
        parameters = fields.clearable("parameters", .json(objectUpTo: EndpointOptions.standardBody))
        tags = fields.change("tags", .tags)
        isEnabled = fields.change("enabled", .boolean)
    }

    /// The schedule as it is after the change.
    func applied(to schedule: Schedule) -> Schedule {
        var schedule = schedule
        schedule.queryID = queryID.applied(to: schedule.queryID)
        schedule.name = name.applied(to: schedule.name)
        schedule.cronExpression = cronExpression.applied(to: schedule.cronExpression)
        schedule.timeZone = timeZone.applied(to: schedule.timeZone)
        if case .set(let values) = parameters {
            if case .object(let members)? = values { schedule.parameters = members } else { schedule.parameters = [:] }
        }
        schedule.tags = tags.applied(to: schedule.tags)
        schedule.isEnabled = isEnabled.applied(to: schedule.isEnabled)
        return schedule
    }
}

/// `POST /schedules/preview`
package struct SchedulePreview: RequestBody {
    let cronExpression: String
    let timeZone: String

    package init(_ fields: Fields) {
        cronExpression = fields.required("cron_expression", .cron)
        timeZone = fields.optional("timezone", .timeZone, default: "UTC")
    }
}

extension FieldRule where Value == String {
    /// Five or six fields, or a word such as `@daily`, that are due some time.
    static var cron: FieldRule {
        text(1...CronExpression.maximumLength).checked { text in
            do throws(CronExpression.Problem) {
                _ = try CronExpression(parsing: text)
                return nil
            } catch {
                return error.message
            }
        }
    }
}
