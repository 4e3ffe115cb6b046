import Foundation
import LoupeCore
import LoupeServices

package struct ScheduleBody: JSONEncodableBody {
    let schedule: Schedule

    init(_ schedule: Schedule) {
        self.schedule = schedule
    }

    /// Of its version, which `If-Match` names, and of what its runs change.
    package var entityTag: String? {
        let history = schedule.history
        var hash: UInt64 = 14_695_981_039_346_656_037
        for part in [
            history.lastRunAt?.description, history.nextRunAt?.description, schedule.queryName, history.skippedReason,
            String(history.consecutiveFailures),
        ] + history.lastRuns.flatMap({ [$0.id.description, $0.status.rawValue] }) {
            // FNV-1a: one state is told from the next, nothing is kept secret.
            for byte in (part ?? "-").utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        }
        return EntityTag.of(version: schedule.version, also: Int64(hash >> 1))
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

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("description", timetable.summary)
            json.key("next")
            json.array(timetable.next(TimetableBody.count, after: now)) { $0.value($1) }
        }
    }
}
