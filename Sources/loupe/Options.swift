import ArgumentParser
import Foundation
import LoupeServer

/// Settings that every command takes; the rest comes from the environment and loupe.yaml.
struct StoreOptions: ParsableArguments {
    @Option(help: "Where everything on this machine is kept (LOUPE_DATA_DIR).")
    var dataDir: String?

    @Option(help: "The metadata store: sqlite:PATH or postgres://… (DATABASE_URL).")
    var databaseURL: String?

    var flags: [String: String] {
        var flags: [String: String] = [:]
        flags["LOUPE_DATA_DIR"] = dataDir
        flags["DATABASE_URL"] = databaseURL
        return flags
    }
}

/// Settings of a process that listens.
struct ListenOptions: ParsableArguments {
    @Option(help: "The address to listen on (API_HOST).")
    var host: String?

    @Option(help: "The port to listen on (API_PORT).")
    var port: Int?

    var flags: [String: String] {
        var flags: [String: String] = [:]
        flags["API_HOST"] = host
        flags["API_PORT"] = port.map { String($0) }
        return flags
    }
}

/// Turns a failure into its line on standard error and its exit code.
func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as ExitError {
        FileHandle.standardError.write(Data("loupe: \(error.message)\n".utf8))
        throw ExitCode(error.code.rawValue)
    }
}
