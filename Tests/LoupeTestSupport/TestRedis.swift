import Foundation

/// A throw-away Redis server of the test's own, to kill, freeze and start again.
package final class TestRedis: Sendable {
    package let port: Int
    private let directory: String
    private let settings: [String]

    private init(port: Int, directory: String, settings: [String]) {
        self.port = port
        self.directory = directory
        self.settings = settings
    }

    package var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts a server, gives it to `body` and removes it after. `settings` are its arguments, such as
    /// `--requirepass secret`.
    package static func withServer<Value>(
        settings: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestRedis) async throws -> Value
    ) async throws -> Value {
        let directory = try await TestProcess.run(["mktemp", "-d", "/tmp/loupe-redis.XXXXXX"])
        let server = TestRedis(port: try PrivatePostgres.freePort(), directory: directory, settings: settings)
        do {
            try await server.start()
            let value = try await body(server)
            await server.remove()
            return value
        } catch {
            await server.remove()
            throw error
        }
    }

    /// Waits until it answers, be it with a refusal.
    package func start() async throws {
        try await TestProcess.run(
            ["redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--daemonize", "yes", "--save", ""]
                + ["--appendonly", "no", "--dir", directory, "--pidfile", "\(directory)/pid"] + settings
        )
        let isAnswering = "redis-cli -p \(port) ping 2>&1 | grep -qE 'PONG|NOAUTH'"
        let tries = "for i in $(seq 1 1000); do \(isAnswering) && exit 0; sleep 0.01; done; exit 1"
        try await TestProcess.run(["sh", "-c", tries])
    }

    /// As a crash: nobody is told.
    package func kill() async throws { try await signal("KILL") }

    /// It keeps its connections and takes new ones, and answers none.
    package func freeze() async throws { try await signal("STOP") }

    package func thaw() async throws { try await signal("CONT") }

    /// What `redis-cli` prints for a command.
    @discardableResult
    package func command(_ words: String...) async throws -> String {
        try await TestProcess.run(["redis-cli", "-p", "\(port)"] + words)
    }

    private func signal(_ name: String) async throws {
        let process = try String(contentsOfFile: "\(directory)/pid", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try await TestProcess.run(["kill", "-\(name)", process])
        guard name == "KILL" else { return }
        let isAlive = "grep -qsv ') Z ' /proc/\(process)/stat"
        try await TestProcess.run(["sh", "-c", "while \(isAlive); do sleep 0.01; done"])
    }

    private func remove() async {
        // Already killed by the test, or past helping: the directory goes in either case.
        _ = try? await signal("KILL")
        _ = try? await TestProcess.run(["rm", "-rf", directory])  // a leftover in /tmp harms nobody
    }
}
