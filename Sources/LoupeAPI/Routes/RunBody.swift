package import LoupeCore
import LoupeStore

package struct RunBody: JSONEncodableBody {
    let run: Run
    /// Where it stands in its queue, from 1; nil once it left it.
    var queuePosition: Int?
    /// Whether an earlier run's answer is given instead of running again.
    var isReused = false
    /// What each attempt brought; nil in lists, which carry no heavy parts.
    var attempts: [RunRepository.Attempt]?

    init(_ run: Run, queuePosition: Int? = nil, isReused: Bool = false, attempts: [RunRepository.Attempt]? = nil) {
        self.run = run
        self.queuePosition = queuePosition
        self.isReused = isReused
        self.attempts = attempts
    }

    package static let schema = Schema.object("Run", origin + state + outcome)

    /// Of what changes in a run's life; it has no version.
    package var entityTag: String? {
        let times = [run.completedAt, run.cancelRequestedAt, run.outcome.expiresAt].map { time in
            time.map { String($0.milliseconds) } ?? ""
        }
        let parts = [run.status.rawValue, String(run.state.attempt), queuePosition.map(String.init) ?? ""] + times
        return "\"\(parts.joined(separator: "-"))\""
    }
    package var location: String? { "/api/v1/runs/\(run.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            writeOrigin(to: &json)
            writeState(to: &json)
            writeOutcome(to: &json)
            json.field("error_message", run.error?.message)
            json.field("error", run.error?.json ?? .null)
            json.field("created_by", run.createdBy)
            json.field("created_by_name", run.createdByName)
            json.field("created_at", run.createdAt)
        }
    }

    private func writeOrigin(to json: inout JSONWriter) {
        json.field("id", run.id)
        json.field("query_id", run.queryID)
        json.field("query_name", run.queryName)
        json.field("datasource_id", run.datasourceID)
        json.field("datasource_name", run.datasourceName)
        json.field("sql", run.sql)
        json.field("parameters", run.parameters)
        json.field("time_zone", run.timeZone)
        json.field("trigger", run.trigger.rawValue)
        json.field("schedule_id", run.scheduleID)
        json.field("scheduled_for", run.scheduledFor)
        json.field("timeout_seconds", run.limits.timeoutSeconds)
        json.field("max_rows", run.limits.maxRows)
        json.field("max_bytes", run.limits.maxBytes)
    }

    private func writeState(to json: inout JSONWriter) {
        json.field("status", run.status.rawValue)
        json.field("priority", run.priority.rawValue)
        json.field("queue_position", queuePosition)
        json.field("attempt", run.state.attempt)
        json.field("max_attempts", run.state.maxAttempts)
        if let attempts {
            json.key("attempts")
            json.array(attempts) { write($1, to: &$0) }
        }
        json.field("runner_id", run.runnerID)
        json.field("started_at", run.startedAt)
        json.field("completed_at", run.completedAt)
        json.field("cancel_requested_at", run.cancelRequestedAt)
    }

    private func write(_ attempt: RunRepository.Attempt, to json: inout JSONWriter) {
        json.object { json in
            json.field("attempt", attempt.number)
            json.field("runner_id", attempt.runnerID)
            json.field("started_at", attempt.startedAt)
            json.field("completed_at", attempt.completedAt)
            json.field("outcome", attempt.outcome)
            json.field("error", attempt.error ?? .null)
        }
    }

    private func writeOutcome(to json: inout JSONWriter) {
        json.field("row_count", run.outcome.rowCount)
        json.field("byte_count", run.outcome.byteCount)
        json.field("execution_time_ms", run.outcome.executionMilliseconds)
        json.field("truncated", run.outcome.truncatedBy != nil)
        json.field("truncated_by", run.outcome.truncatedBy?.rawValue)
        json.field("reused", isReused)
        json.field("expires_at", run.outcome.expiresAt)
    }
}
