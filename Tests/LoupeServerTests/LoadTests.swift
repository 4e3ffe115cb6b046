import Foundation
import FoundationNetworking
import GRDBSQLite
import Logging
import LoupeCore
import LoupeTelemetry
import LoupeTestSupport
import Testing

@testable import LoupeServer

/// `loupe serve` in the test's own process, spoken to over HTTP.
private struct LiveServer: Sendable {
    let base: String
    let files: String
    private let session: URLSession
    private var token: String?

    private init(base: String, files: String) {
        self.base = base
        self.files = files
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = 64
        session = URLSession(configuration: configuration)
    }

    static func with(_ body: @escaping @Sendable (LiveServer) async throws -> Void) async throws {
        try await TestDirectory.with { directory in
            let configuration = try LoupeServer.Configuration.load(
                role: .serve,
                flags: ["LOUPE_DATA_DIR": "\(directory)/data", "API_PORT": "0", "RATE_LIMIT_PER_MINUTE": "0"],
                environment: [:],
                readFile: { _ in nil }
            )
            let logger = LogSettings(level: .critical, format: .text, now: Surroundings.system.now).logger("test")
            let installation = try Installation.open(configuration, exclusively: true, logger: logger)
            let (lines, printer) = AsyncStream<String>.makeStream()
            let process = ServerProcess(installation) { printer.yield($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await process.run() }
                group.addTask {
                    for await line in lines where line.hasPrefix("Loupe listens on ") {
                        let base = line.dropFirst("Loupe listens on ".count) + "/api/v1"
                        let files = "\(directory)/data/files"
                        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
                        try await body(LiveServer(base: String(base), files: files))
                        break
                    }
                }
                // Whichever ends first: the body, or the process before its time.
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// The answer's members, whatever its status.
    @discardableResult
    func call(_ method: String, _ path: String, _ body: [String: Any] = [:]) async throws -> [String: Any] {
        var request = URLRequest(url: try #require(URL(string: base + path)))
        request.httpMethod = method
        request.timeoutInterval = 60
        if method != "GET" {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = try JSONSerialization.data(withJSONObject: body)
        }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        let (data, _) = try await session.data(for: request)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    static let account = ["email": "ana@example.com", "password": "correct horse battery", "name": "Ana"]

    func registered() async throws -> LiveServer {
        var server = self
        server.token = try #require(try await call("POST", "/auth/register", LiveServer.account)["token"] as? String)
        return server
    }

    func connect(_ string: String, _ kind: String) async throws -> String {
        let fields = ["name": kind, "ds_type": kind, "connection_string": string]
        return try #require(try await call("POST", "/datasources", fields)["id"] as? String)
    }
}

@Suite("The whole application under load")
struct LoadTests {
    private static let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    @Test("blocks no thread of the cooperative pool: a 10 ms ticker goes on")
    func ticker() async throws {
        try await LiveServer.with { server in
            let server = try await server.registered()
            var file: OpaquePointer?
            #expect(sqlite3_open("\(server.files)/data.db", &file) == SQLITE_OK)
            #expect(sqlite3_exec(file, "CREATE TABLE t (a INTEGER)", nil, nil, nil) == SQLITE_OK)
            sqlite3_close(file)
            let sqlite = try await server.connect("sqlite:\(server.files)/data.db", "sqlite")
            let postgres = try await server.connect(try TestPostgres.clusterURL(), "postgres")
            let longest = try await LoadTests.longestTick { group in
                for _ in 0..<8 {
                    // Each of these takes two seconds of somebody's thread, or of many short ones.
                    group.addTask {
                        try await server.call(
                            "POST",
                            "/runs/execute?wait=20",
                            ["datasource_id": sqlite, "sql": LoadTests.endless, "timeout_seconds": 2]
                        )["status"] as? String
                    }
                    group.addTask {
                        try await server.call(
                            "POST",
                            "/runs/execute?wait=20",
                            ["datasource_id": postgres, "sql": "SELECT pg_sleep(2)"]
                        )["status"] as? String
                    }
                    group.addTask {
                        for _ in 0..<5 { try await server.call("POST", "/auth/login", LiveServer.account) }
                        return nil
                    }
                    group.addTask {
                        let sql = "SELECT g, repeat('x', 1000) FROM generate_series(1, 10000) g"
                        let run = try await server.call(
                            "POST",
                            "/runs/execute?wait=20",
                            ["datasource_id": postgres, "sql": sql]
                        )
                        return run["status"] as? String
                    }
                }
            }
            // A blocked pool would not tick for 2 s; a busy machine ticks late.
            #expect(longest < .milliseconds(1500))
        }
    }

    /// The longest that a tick of 10 ms took while the work went on; each run of it must have ended well or in time.
    private static func longestTick(
        _ work: (inout ThrowingTaskGroup<String?, any Error>) -> Void
    ) async throws -> Duration {
        try await withThrowingTaskGroup(of: Duration.self) { outer in
            outer.addTask {
                var longest = Duration.zero
                // Ends when it is cancelled: the work is done.
                while !Task.isCancelled {
                    let start = ContinuousClock.now
                    try? await Task.sleep(for: .milliseconds(10))
                    longest = max(longest, ContinuousClock.now - start)
                }
                return longest
            }
            let statuses = try await withThrowingTaskGroup(of: String?.self) { group in
                work(&group)
                return try await group.reduce(into: Set<String>()) { if let status = $1 { $0.insert(status) } }
            }
            #expect(statuses == ["completed", "timeout"])
            outer.cancelAll()
            return try await outer.reduce(.zero, max)
        }
    }
}
