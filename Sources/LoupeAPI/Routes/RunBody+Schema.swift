import LoupeCore

extension RunBody {
    static let origin: [FieldSchema] = [
        .field("id", .id),
        .field("query_id", .id.orNull),
        .field("query_name", .name.orNull),
        .field("datasource_id", .id),
        .field("datasource_name", .name.orNull),
        .field("sql", .string(1...100_000)),
        .field("parameters", .json(maximumBytes: 1 << 20)),
        .field("time_zone", .string(1...64)),
        .field("trigger", .words(RunTrigger.self)),
        .field("schedule_id", .id.orNull),
        .field("scheduled_for", .time.orNull),
        .field("timeout_seconds", .integer(QueryLimits.timeoutRange)),
        .field("max_rows", .integer(QueryLimits.rowsRange)),
        .field("max_bytes", .integer(QueryLimits.bytesRange)),
    ]

    static let state: [FieldSchema] = [
        .field("status", .words(RunStatus.self)),
        .field("priority", .words(RunPriority.self)),
        .field("queue_position", .count.orNull),
        .field("attempt", .integer(0...100)),
        .field("max_attempts", .integer(1...100)),
        .sometimes("attempts", .array(attempt, count: 0...100)),
        .field("runner_id", .string(1...255).orNull),
        .field("started_at", .time.orNull),
        .field("completed_at", .time.orNull),
        .field("cancel_requested_at", .time.orNull),
    ]

    static let outcome: [FieldSchema] = [
        .field("row_count", .count.orNull),
        .field("byte_count", .count.orNull),
        .field("execution_time_ms", .count.orNull),
        .field("truncated", .boolean),
        .field("truncated_by", .oneOf(["rows", "bytes"]).orNull),
        .field("reused", .boolean),
        .field("expires_at", .time.orNull),
        .field("error_message", .string(0...100_000).orNull),
        .field("error", error.orNull),
        .field("created_by", .id.orNull),
        .field("created_by_name", .name.orNull),
        .field("created_at", .time),
    ]

    /// What the database or Loupe said of a failed run; positions count code points of the SQL as it was written.
    private static let error = Schema.object(
        "RunError",
        [
            .field("code", .string(0...100).orNull),
            .field("message", .string(0...100_000)),
            .field("detail", .string(0...100_000).orNull),
            .field("hint", .string(0...100_000).orNull),
            .field("position", .count.orNull),
            .field("line", .count.orNull),
            .field("column", .count.orNull),
        ]
    )

    private static let attempt = Schema.object(
        "RunAttempt",
        [
            .field("attempt", .integer(1...100)),
            .field("runner_id", .string(1...255).orNull),
            .field("started_at", .time.orNull),
            .field("completed_at", .time.orNull),
            .field("outcome", .string(1...20).orNull),
            .field("error", error.orNull),
        ]
    )
}
