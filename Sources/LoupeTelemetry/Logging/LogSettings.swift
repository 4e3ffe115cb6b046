package import Logging
package import LoupeCore

/// Makes the loggers of a process, all alike. They are passed by `init`; nothing is installed globally.
package struct LogSettings: Sendable {
    package var level: Logger.Level
    package var format: LogFormat
    package var output: LogOutput
    package var now: @Sendable () -> Timestamp

    package init(
        level: Logger.Level,
        format: LogFormat,
        output: LogOutput = .standardError,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.level = level
        self.format = format
        self.output = output
        self.now = now
    }

    /// A logger named after its part: `loupe.api`.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { label in
            LineLogHandler(label: label, level: level, format: format, output: output, now: now)
        }
    }
}
