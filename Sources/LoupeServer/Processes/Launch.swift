import Foundation
import Logging
import LoupeCore
import LoupeTelemetry

/// From the words of the command line to a running process: what every subcommand begins with.
package enum Launch {
    /// Runs a role until it is told to stop. Throws `ExitError`.
    package static func run(_ role: ServerRole, flags: [String: String]) async throws {
        let configuration = try load(role, flags)
        let installation = try Installation.open(
            configuration,
            exclusively: role == .serve,
            logger: logger(configuration)
        )
        for setting in configuration.effective { show(setting.description) }
        for setting in configuration.effective where withoutEffect.contains(setting.name) && setting.value != nil {
            installation.logger.warning(
                "A setting has no effect in this version",
                metadata: ["name": "\(setting.name)"]
            )
        }
        try await ServerProcess(installation, announce: show).run()
    }

    /// Read and checked, so that a configuration can be shared with versions that use them.
    private static let withoutEffect: Set = ["REDIS_URL", "METRICS_TOKEN"]

    /// An installation for a command that does its work and ends, beside a server that may be running.
    package static func installation(_ flags: [String: String]) throws -> Installation {
        let configuration = try load(.serve, flags)
        var logger = logger(configuration)
        logger.logLevel = max(.warning, logger.logLevel)
        return try Installation.open(configuration, exclusively: false, logger: logger)
    }

    private static func load(_ role: ServerRole, _ flags: [String: String]) throws -> Configuration {
        do {
            return try Configuration.load(
                role: role,
                flags: flags,
                environment: ProcessInfo.processInfo.environment
            )
        } catch let error as ConfigurationError {
            throw ExitError(.configuration, error.description)
        }
    }

    private static func logger(_ configuration: Configuration) -> Logger {
        LogSettings(level: configuration.log.level, format: configuration.log.format, now: Surroundings.system.now)
            .logger("loupe")
    }

    /// Standard output is block-buffered into a pipe: whoever waits for the address would wait forever.
    private static func show(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
