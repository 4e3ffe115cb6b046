import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("The pool")
struct PoolTests {
    @Test("Exhaustion is `unavailable` after the time to wait, never a hang")
    func exhaustion() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            try await pool.withConnection { _ in
                let error = await #expect(throws: LoupeError.self) {
                    try await pool.withConnection(within: .milliseconds(80)) { _ in }
                }
                #expect(error?.code == .unavailable)
                #expect(pool.statistics.timeouts == 1 && pool.statistics.waiting == 0)
            }
            #expect(try await pool.int("SELECT 1") == 1)
            #expect(pool.statistics.opened == 1)
        }
    }

    @Test("Waiters are served in the order in which they came")
    func fairness() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            let order = Record()
            let (end, ending) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.withConnection { _ in for await _ in end {} } }
                while pool.statistics.leased == 0 { await Task.yield() }
                for number in 0..<5 {
                    group.addTask {
                        try await pool.withConnection { _ in order.append(number) }
                    }
                    while pool.statistics.waiting <= number { await Task.yield() }
                }
                ending.finish()
                try await group.waitForAll()
            }
            #expect(order.numbers == [0, 1, 2, 3, 4])
        }
    }

    @Test("A cancelled waiter leaves the queue")
    func cancelledWaiter() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            try await pool.withConnection { _ in
                await withThrowingTaskGroup(of: Int64.self) { group in
                    group.addTask { try await pool.int("SELECT 1") }
                    while pool.statistics.waiting == 0 { await Task.yield() }
                    group.cancelAll()
                    if case .failure(let error)? = await group.nextResult() {
                        #expect(error is CancellationError)
                    } else {
                        Issue.record("the waiter got a connection")
                    }
                }
                #expect(pool.statistics.waiting == 0)
            }
            #expect(try await pool.int("SELECT 1") == 1)
        }
    }

    @Test("A server that was restarted under the pool is reached again without an error")
    func restart() async throws {
        try await PrivatePostgres.withCluster { cluster in
            let pool = PostgresPool(options: try PostgresFixture.options(cluster.url), logger: PostgresFixture.logger)
            try await pool.warm()
            #expect(pool.statistics.idle == 2)
            try await cluster.restart()
            #expect(try await pool.int("SELECT 1") == 1)
            #expect(try await pool.int("SELECT 1") == 1)
            try await cluster.stop()
            let error = await #expect(throws: PostgresConnectError.self) { try await pool.int("SELECT 1") }
            #expect(error?.reason == .refused)
            try await cluster.start()
            #expect(try await pool.int("SELECT 1") == 1)
            await pool.close()
        }
    }

    @Test("A connection lost in use fails its user and is replaced")
    func lostInUse() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            await #expect(throws: PostgresError.self) {
                try await pool.int("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            let answer = try await pool.int("SELECT 1")
            #expect(answer == 1)
            #expect(pool.statistics.opened == 2)
        }
    }

    @Test("A waiter gets the place of a connection that was lost")
    func waiterReplaces() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            try await withThrowingTaskGroup(of: Int64.self) { group in
                let (begin, beginning) = AsyncStream<Void>.makeStream()
                group.addTask {
                    try await pool.withConnection { connection in
                        for await _ in begin {}
                        do {
                            return try await connection.int("SELECT pg_terminate_backend(pg_backend_pid())")
                        } catch {
                            return 7
                        }
                    }
                }
                while pool.statistics.leased == 0 { await Task.yield() }
                group.addTask { try await pool.int("SELECT 7") }
                while pool.statistics.waiting == 0 { await Task.yield() }
                beginning.finish()
                let answer = try await group.next()
                #expect(answer == 7)
                let next = try await group.next()
                #expect(next == 7)
            }
        }
    }

    @Test("A transaction that its user left open is rolled back")
    func openTransaction() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            try await pool.withConnection { connection in
                try await connection.run { session in
                    _ = try session.execute("CREATE TABLE t (a int8)")
                    _ = try session.execute("BEGIN")
                    _ = try session.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(try await pool.int("SELECT count(*) FROM t") == 0)
            #expect(pool.statistics.opened == 1)
        }
    }

    @Test("Connections that are idle for too long are closed, down to the minimum")
    func idle() async throws {
        let configuration = PostgresPoolConfiguration(minimum: 1, maximum: 4, idleTimeout: .milliseconds(40))
        try await PostgresFixture.withPool(configuration) { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask { _ = try await pool.int("SELECT count(*) FROM pg_sleep(0.05)") }
                }
                try await group.waitForAll()
            }
            #expect(pool.statistics.opened >= 2)
            while pool.statistics.idle > 1 { await Task.yield() }
            #expect(pool.statistics.idle == 1)
        }
    }

    @Test("A connection past its lifetime is replaced")
    func lifetime() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1, lifetime: .milliseconds(30))) { pool in
            let first = try await pool.int("SELECT pg_backend_pid()")
            let clock = ContinuousClock.now
            while ContinuousClock.now - clock < .milliseconds(40) { await Task.yield() }
            #expect(try await pool.int("SELECT pg_backend_pid()") != first)
        }
    }

    @Test("A closed pool refuses, its waiters too")
    func close() async throws {
        try await PostgresFixture.withPool(.init(minimum: 0, maximum: 1)) { pool in
            try await pool.withConnection { _ in
                await withThrowingTaskGroup(of: Int64.self) { group in
                    group.addTask { try await pool.int("SELECT 1") }
                    while pool.statistics.waiting == 0 { await Task.yield() }
                    await pool.close()
                    if case .failure(let error)? = await group.nextResult() {
                        #expect((error as? LoupeError)?.code == .unavailable)
                    } else {
                        Issue.record("the waiter got a connection")
                    }
                }
            }
            let late = await #expect(throws: LoupeError.self) { try await pool.int("SELECT 1") }
            #expect(late?.code == .unavailable)
            #expect(pool.statistics.idle == 0 && pool.statistics.leased == 0)
        }
    }

    @Test("A transaction that failed by a deadlock or serialization is run again", arguments: ["40P01", "40001"])
    func retry(state: String) async throws {
        try await PostgresFixture.withPool { pool in
            let runs = Record()
            try await pool.transaction { session in
                runs.append(1)
                _ = try session.execute("CREATE TABLE t AS SELECT 1 AS a")
                guard runs.numbers.count < 3 else { return }
                _ = try session.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '\(state)'; END $$")
            }
            #expect(runs.numbers.count == 3)
            #expect(try await pool.int("SELECT count(*) FROM t") == 1)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction(attempts: 2) { session in
                    runs.append(1)
                    _ = try session.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '\(state)'; END $$")
                }
            }
            #expect(error?.sqlState == state && runs.numbers.count == 5)
        }
    }

    @Test("Eight connections in pg_sleep block nothing: a 10 ms ticker goes on")
    func ticker() async throws {
        try await PostgresFixture.withPool { pool in
            try await pool.warm()
            let longest = try await withThrowingTaskGroup(of: Duration.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try await pool.int("SELECT count(*) FROM pg_sleep(0.8)")
                        return .zero
                    }
                }
                group.addTask {
                    var longest = Duration.zero
                    for _ in 0..<60 {
                        let start = ContinuousClock.now
                        try await Task.sleep(for: .milliseconds(10))
                        longest = max(longest, ContinuousClock.now - start)
                    }
                    return longest
                }
                return try await group.reduce(.zero, max)
            }
            // A blocked pool would not tick for 0.8 s; a busy machine ticks late.
            #expect(longest < .milliseconds(600))
        }
    }
}
