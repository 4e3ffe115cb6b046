package import LoupeCore
import LoupeServices

package struct ScheduleBody: JSONEncodableBody {
    let schedule: Schedule

    init(_ schedule: Schedule) {
        self.schedule = schedule
    }

    package static let schema = Schema.object(
        "Schedule",
        [
            .field("id", .id),
            .field("org_id", .id),
            .field("query_id", .id),
            .field("query_name", .name.orNull),
            .field("name", .name),
            .field("cron_expression", .string(1...CronExpression.maximumLength)),
            .field("timezone", .string(1...64)),
            .field("parameters", .json(maximumBytes: EndpointOptions.standardBody)),
            .field("tags", .tags),
            .field("enabled", .boolean),
            .field("last_run_at", .time.orNull),
            .field("next_run_at", .time.orNull),
            .field("last_runs", .array(.lastRun, count: 0...Schedule.lastRunsShown)),
            .field("consecutive_failures", .count),
            .field("skipped_reason", .string(1...255).orNull),
        ] + .origin
    )

    /// Of its version, which `If-Match` names, and of what its runs change.
    package var entityTag: String? {
        let history = schedule.history
        let times = [history.lastRunAt, history.nextRunAt].map { $0?.description }
        let words = [schedule.queryName, history.skippedReason, String(history.consecutiveFailures)]
        let runs = history.lastRuns.map { "\($0.id)\($0.status.rawValue)" }
        return EntityTag.of(version: schedule.version, also: ScheduleBody.hash(of: times + words + runs))
    }

    /// FNV-1a: one state is told from the next, nothing is kept secret.
    private static func hash(of parts: [String?]) -> Int64 {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for part in parts {
            for byte in "\(part ?? "-") ".utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        }
        return Int64(hash >> 1)
    }

    package var location: String? { "/api/v1/schedules/\(schedule.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", schedule.id)
            json.field("org_id", schedule.organizationID)
            json.field("query_id", schedule.queryID)
            json.field("query_name", schedule.queryName)
            json.field("name", schedule.name)
            json.field("cron_expression", schedule.cronExpression)
            json.field("timezone", schedule.timeZone)
            json.field("parameters", .object(schedule.parameters))
            json.key("tags")
            json.array(schedule.tags) { $0.value($1) }
            json.field("enabled", schedule.isEnabled)
            writeHistory(to: &json)
            json.field("created_by", schedule.createdBy)
            json.field("created_by_name", schedule.createdByName)
            json.field("created_at", schedule.createdAt)
            json.field("updated_at", schedule.updatedAt)
        }
    }

    private func writeHistory(to json: inout JSONWriter) {
        json.field("last_run_at", schedule.history.lastRunAt)
        json.field("next_run_at", schedule.history.nextRunAt)
        json.key("last_runs")
        json.array(schedule.history.lastRuns) { json, run in
            json.object { json in
                json.field("id", run.id)
                json.field("status", run.status.rawValue)
                json.field("completed_at", run.completedAt)
            }
        }
        json.field("consecutive_failures", schedule.history.consecutiveFailures)
        json.field("skipped_reason", schedule.history.skippedReason)
    }
}

/// What a person started out of turn.
struct TriggeredBody: JSONEncodableBody {
    let run: Run

    static let schema = Schema.object("TriggeredRun", [.field("run_id", .id), .field("message", .string(1...255))])

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("run_id", run.id)
            json.field("message", "the run is queued")
        }
    }
}

/// What an expression means, before it is saved.
struct TimetableBody: JSONEncodableBody {
    let timetable: Timetable
    let now: Timestamp

    static let count = 5

    static let schema = Schema.object(
        "Timetable",
        [.field("description", .string(1...2000)), .field("next", .array(.time, count: 0...count))]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("description", timetable.summary)
            json.key("next")
            json.array(timetable.next(TimetableBody.count, after: now)) { $0.value($1) }
        }
    }
}

extension Schema {
    fileprivate static let lastRun = Schema.object(
        "LastRun",
        [.field("id", .id), .field("status", .words(RunStatus.self)), .field("completed_at", .time.orNull)]
    )
}
