import GRDBSQLite
import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("Stopping SQLite")
struct SQLiteStoppingTests {
    /// Never ends by itself.
    private static let endless =
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    /// Gives rows for ever.
    private static let stream = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

    @Test("A statement ends at its deadline")
    func deadline() async throws {
        let connector = try SQLiteFixture().connector()
        let statement = Statement(sql: SQLiteStoppingTests.endless, timeout: .milliseconds(100))
        let start = ContinuousClock.now
        let failure = await #expect(throws: QueryFailure.self) { try await connector.read(statement) }
        #expect(failure?.code == "timeout")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try await connector.rows("SELECT 1") == ["[1]"])
    }

    @Test("A cancelled task ends its statement, and the connection serves the next")
    func cancel() async throws {
        let connector = try SQLiteFixture().connector(maxConcurrency: 1)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let unbounded = Statement(sql: SQLiteStoppingTests.stream, limits: RowLimits(maxRows: .max, maxBytes: .max))
        let task = Task {
            try await connector.run(unbounded) { stream in
                while true {
                    _ = try await stream.next(target: 1 << 24)
                    start.yield()
                }
            }
        }
        for await _ in started { break }
        let asked = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - asked < .seconds(5))
        #expect(try await connector.rows("SELECT 1") == ["[1]"])
    }

    @Test("A task cancelled before its turn does not run")
    func cancelWaiting() async throws {
        let connector = try SQLiteFixture().connector(maxConcurrency: 1)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await connector.run(Statement(sql: "SELECT 1")) { _ in
                start.yield()
                for await _ in released { break }
            }
        }
        for await _ in started { break }
        let waiting = Task { try await connector.rows("SELECT 2") }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        release.yield()
        try await holder.value
        #expect(try await connector.rows("SELECT 3") == ["[3]"])
    }

    @Test("Closing ends what runs")
    func close() async throws {
        let connector = try SQLiteFixture().connector()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let unbounded = Statement(sql: SQLiteStoppingTests.stream, limits: RowLimits(maxRows: .max, maxBytes: .max))
        let task = Task {
            try await connector.run(unbounded) { stream in
                while true {
                    _ = try await stream.next(target: 1 << 12)
                    start.yield()
                }
            }
        }
        for await _ in started { break }
        await connector.close()
        let failure = await #expect(throws: QueryFailure.self) { try await task.value }
        #expect(failure?.code == "connection_lost")
        await #expect(throws: QueryFailure.self) { try await connector.rows("SELECT 1") }
    }

    @Test("Statements run beside each other up to the limit")
    func concurrency() async throws {
        let connector = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES (1);").connector(maxConcurrency: 3)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<40 { group.addTask { try await connector.rows("SELECT a FROM t") } }
            for try await rows in group { #expect(rows == ["[1]"]) }
        }
    }

    @Test("A sort that would fill the memory is ended")
    func memory() async throws {
        let fixture = try SQLiteFixture()
        let connector = fixture.connector(memoryLimitBytes: 100 << 20)
        let sql = """
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
            SELECT randomblob(10000) AS b FROM n ORDER BY b
            """
        let failure = await #expect(throws: QueryFailure.self) { try await connector.read(Statement(sql: sql)) }
        #expect(failure?.code == "SQLITE_NOMEM")
        #expect(try await fixture.connector().rows("SELECT 1") == ["[1]"])
    }

    @Test("Another program's lock is waited for until the deadline")
    func lock() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES (1);")
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        #expect(sqlite3_open(fixture.path, &database) == SQLITE_OK)
        #expect(sqlite3_exec(database, "BEGIN EXCLUSIVE", nil, nil, nil) == SQLITE_OK)
        let connector = fixture.connector()
        let statement = Statement(sql: "SELECT a FROM t", timeout: .milliseconds(100))
        let failure = await #expect(throws: QueryFailure.self) { try await connector.read(statement) }
        #expect(failure?.code == "timeout")
        #expect(sqlite3_exec(database, "COMMIT", nil, nil, nil) == SQLITE_OK)
        #expect(try await connector.rows("SELECT a FROM t") == ["[1]"])
    }
}
