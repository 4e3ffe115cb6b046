import Logging
import LoupeTelemetry

extension Settings {
    static let work: [any AnySetting] = [
        runnerID, runnerConcurrency, schedulerID, schedulerInterval, queueTimeout, resultStorage, resultMaximum,
        cellMaximum,
    ]

    static let runnerID = Setting(
        "RUNNER_ID",
        note: "made at start",
        .identifier,
        "The runner's name in runs and logs."
    )
    static let runnerConcurrency = Setting(
        "RUNNER_CONCURRENCY",
        default: "8",
        .integer(1...1000),
        "Runs at once in one runner."
    )
    static let schedulerID = Setting(
        "SCHEDULER_ID",
        note: "made at start",
        .identifier,
        "The scheduler's name in its lease and in logs."
    )
    static let schedulerInterval = Setting(
        "SCHEDULER_POLL_INTERVAL_SECONDS",
        default: "10",
        .integer(1...3600),
        "How long the scheduler sleeps at most."
    )
    static let queueTimeout = Setting(
        "QUEUE_TIMEOUT_SECONDS",
        default: "3600",
        .integer(1...604_800),
        "A run that waits longer fails."
    )
    static let resultStorage = Setting(
        "RESULT_STORAGE",
        note: "`directory:<data dir>/results`; `store` with PostgreSQL",
        .resultLocation,
        "Where results over 256 KiB go. Processes on several machines need a shared directory, or `store`."
    )
    static let resultMaximum = Setting(
        "RESULT_MAX_BYTES",
        default: "256 MiB",
        .bytes((1 << 20)...(1 << 40)),
        "A result before compression; a longer one is cut, and says so."
    )
    static let cellMaximum = Setting(
        "CELL_MAX_BYTES",
        default: "16 MiB",
        .bytes(1024...(1 << 30)),
        "One value of a result."
    )
}

extension Settings {
    static let datasources: [any AnySetting] = [sqliteDirectories, datasourceHosts, localSockets]

    static let sqliteDirectories = Setting(
        "SQLITE_DIRECTORIES",
        note: "`<data dir>/files`",
        .list(.path),
        "The directories whose SQLite files may be connected."
    )
    static let datasourceHosts = Setting(
        "DATASOURCE_HOSTS",
        note: "any",
        .list(.text("a host name, an address or a range")),
        "The only hosts whose databases may be connected."
    )
    static let localSockets = Setting(
        "DATASOURCE_LOCAL_SOCKETS",
        default: "false",
        .boolean,
        "Whether PostgreSQL may be connected by a Unix socket of this machine."
    )
}

extension Settings {
    static let services: [any AnySetting] = [smtpURL, mailFrom, redisURL]

    static let smtpURL = Setting(
        "SMTP_URL",
        .serviceURL(["smtp", "smtps"]),
        exposure: .urlWithPassword,
        "The server that sends Loupe's mails. Without it there are none."
    )
    static let mailFrom = Setting("MAIL_FROM", .mailAddress, "The sender of mails. Needed with SMTP_URL.")
    static let redisURL = Setting(
        "REDIS_URL",
        .redisURL,
        exposure: .urlWithPassword,
        "Shared rate limits of several api processes. Without it, and while Redis is away, each counts by itself."
    )
}

extension Settings {
    static let log: [any AnySetting] = [logLevel, logFormat]

    static let logLevel = Setting(
        "LOG_LEVEL",
        default: "info",
        SettingParser<Logger.Level>.choice,
        "What is less important is not logged."
    )
    static let logFormat = Setting(
        "LOG_FORMAT",
        note: "`text`; in production `json`",
        SettingParser<LogFormat>.choice,
        "Lines for people or JSON for machines, on standard error."
    )
}
