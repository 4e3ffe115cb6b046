import LoupeConnectors
import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Running on a PostgreSQL datasource")
struct PostgresRunTests {
    @Test("Rows come block by block, and only as many as are wanted")
    func blocks() async throws {
        try await PostgresFixture.onCluster { connector in
            let all = try await connector.collect("SELECT generate_series(1, 5000), repeat('x', 20)", target: 1000)
            #expect(all.lines.count == 5000 && all.truncation == nil)
            #expect(all.lines.last == #"[5000,"xxxxxxxxxxxxxxxxxxxx"]"#)
        }
    }

    @Test("A result cut at max_rows does not wait for the rest")
    func maxRows() async throws {
        try await PostgresFixture.onCluster { connector in
            // The rest would take half an hour.
            let cut = try await connector.collect(
                "SELECT generate_series(1, 2000000000)",
                limits: RowLimits(maxRows: 100)
            )
            #expect(cut.lines.count == 100 && cut.truncation == .rows)
            let exact = try await connector.collect("SELECT generate_series(1, 100)", limits: RowLimits(maxRows: 100))
            #expect(exact.lines.count == 100 && exact.truncation == nil)
        }
    }

    @Test("A result is cut at a row by its bytes")
    func maxBytes() async throws {
        try await PostgresFixture.onCluster { connector in
            let cut = try await connector.collect(
                "SELECT repeat('x', 95) FROM generate_series(1, 1000)",
                limits: RowLimits(maxBytes: 1000),
                target: 150
            )
            // A row is 95 bytes, two quotes, two brackets and a line feed.
            #expect(cut.lines.count == 10 && cut.truncation == .bytes)
        }
    }

    @Test("A cell over its limit ends the result")
    func maxCell() async throws {
        try await PostgresFixture.onCluster { connector in
            let cut = try await connector.collect(
                "SELECT g, repeat('x', CASE g WHEN 4 THEN 2000 ELSE 10 END) FROM generate_series(1, 9) g",
                limits: RowLimits(maxCellBytes: 1000)
            )
            #expect(cut.lines.count == 3 && cut.truncation == .bytes)
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    @Test("One cell of 500 MB ends the result and not the process")
    func hugeCell() async throws {
        try await PostgresFixture.onCluster { connector in
            let first = try await connector.collect(
                "SELECT repeat('x', 40000000)",
                limits: RowLimits(maxCellBytes: 1 << 20)
            )
            #expect(first.lines.isEmpty && first.truncation == .bytes)
            let later = try await connector.collect(
                "SELECT g, repeat('x', CASE g WHEN 2 THEN 500000000 ELSE 1 END) FROM generate_series(1, 3) g"
            )
            #expect(later.lines == [#"[1,"x"]"#] && later.truncation == .bytes)
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    @Test("Rows before an error are handed out first")
    func errorMidway() async throws {
        try await PostgresFixture.onCluster { connector in
            let seen = Counter()
            let failure = await #expect(throws: QueryFailure.self) {
                try await connector.run(Statement(sql: "SELECT 10 / (50 - g) FROM generate_series(1, 99) g")) {
                    stream in
                    while true {
                        let batch = try await stream.next(target: 1 << 20)
                        seen.add(batch.block.rowCount)
                        guard case .more = batch.continuation else { return }
                    }
                }
            }
            #expect(failure?.code == "22012" && failure?.recovery == .final)
            #expect(seen.value == 49)
        }
    }

    @Test("A time limit ends the statement with `timeout`")
    func timeout() async throws {
        try await PostgresFixture.withConnector { connector, url async throws in
            #expect(try await connector.row("SELECT 1") == "[1]")
            let start = ContinuousClock.now
            let failure = await #expect(throws: QueryFailure.self) {
                try await connector.collect(
                    "SELECT count(*) FROM generate_series(1, 2000000000)",
                    timeout: .seconds(1)
                )
            }
            #expect(failure?.code == "timeout" && failure?.recovery == .final)
            #expect(ContinuousClock.now - start < .seconds(50))
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    @Test("Cancelling the task ends the statement on the server")
    func cancel() async throws {
        try await PostgresFixture.withConnector { connector, url async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await connector.collect("SELECT 'cancel-me', pg_sleep(100)")
                }
                await Self.wait(for: "1", url)
                group.cancelAll()
                if case .failure(let error)? = await group.nextResult() {
                    #expect(error is CancellationError)
                } else {
                    Issue.record("the run went on")
                }
            }
            // By the time the run is over, so is the statement.
            #expect(try await Self.running(url) == "0")
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    @Test("Cancelling between two blocks ends the statement too")
    func cancelMidway() async throws {
        try await PostgresFixture.withConnector { connector, url async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                let (begun, beginning) = AsyncStream<Void>.makeStream()
                group.addTask {
                    try await connector.run(Statement(sql: "SELECT 'cancel-me', generate_series(1, 2000000000)")) {
                        stream in
                        while true {
                            _ = try await stream.next(target: 1000)
                            beginning.yield()
                        }
                    }
                }
                for await _ in begun { break }
                group.cancelAll()
                if case .failure(let error)? = await group.nextResult() { #expect(error is CancellationError) }
            }
            #expect(try await Self.running(url) == "0")
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    private static func running(_ url: String) async throws -> String {
        try await TestPostgres.psql(
            url,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                + "AND query LIKE '%cancel-me%' AND pid <> pg_backend_pid()"
        )
    }

    private static func wait(for count: String, _ url: String) async {
        while (try? await running(url)) != count {}  // asked again until it answers
    }

    @Test("A session that the server ends in the middle may pass")
    func dropped() async throws {
        try await PostgresFixture.withConnector { connector, url async throws in
            let failure = await #expect(throws: QueryFailure.self) {
                try await connector.run(Statement(sql: "SELECT generate_series(1, 20000000), repeat('x', 500)")) {
                    stream in
                    _ = try await stream.next(target: 1000)
                    try await TestPostgres.psql(
                        url,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                            + "AND pid <> pg_backend_pid()"
                    )
                    while case .more = try await stream.next(target: 1 << 20).continuation {}
                }
            }
            #expect(failure?.recovery == .mayPass)
            #expect(["57P01", "connection_lost"].contains(failure?.code))
            #expect(try await connector.row("SELECT 1") == "[1]")
        }
    }

    @Test("The session cannot write, whatever the guard thinks")
    func readOnly() async throws {
        // A function that the guard does not know: what it does shows only on the server.
        let setUp = """
            CREATE TABLE t (a int);
            CREATE FUNCTION sneak() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); RETURN 1; END $$;
            CREATE VIEW v AS SELECT sneak() AS x
            """
        try await PostgresFixture.withConnector(setUp: setUp) { connector, url in
            let failure = try await connector.failure("SELECT * FROM v")
            #expect(failure?.code == "25006")
            #expect(try await TestPostgres.psql(url, "SELECT count(*) FROM t") == "0")
        }
    }

    @Test(
        "What the guard refuses never reaches the server",
        arguments: [
            "DELETE FROM pg_class", "SELECT pg_read_file('/etc/hostname')", "SELECT pg_terminate_backend(1)",
            "SELECT ('/etc/hostname'::text).pg_read_file", "SELECT 1; SELECT 2", "SELECT set_config('a.b', 'c', false)",
            "SELECT * FROM dblink('x', 'y') AS t(a int)", "COPY (SELECT 1) TO PROGRAM 'id'", "SELECT pg_reload_conf()",
        ]
    )
    func refused(sql: String) async throws {
        try await PostgresFixture.onCluster { connector in
            let failure = try await connector.failure(sql)
            #expect(failure?.code == "rejected" && failure?.position != nil)
        }
    }

    @Test("Nothing of a session survives its run")
    func clean() async throws {
        try await TestPostgres.withDatabase { url in
            let connector = try PostgresFixture.connector(url, maxConcurrency: 1)
            let first = try await connector.row("SELECT pg_backend_pid()")
            let zone = try await connector.row("SHOW TimeZone", timeZone: "Asia/Tokyo")
            #expect(zone == #"["Asia/Tokyo"]"#)
            #expect(try await connector.row("SHOW TimeZone", timeZone: "UTC") == #"["UTC"]"#)
            #expect(try await connector.row("SELECT count(*) FROM pg_prepared_statements") == "[0]")
            #expect(try await connector.row("SELECT pg_backend_pid()") == first)
            await connector.close()
        }
    }

    @Test("A statement's error has its place in the text as the person wrote it")
    func position() async throws {
        try await PostgresFixture.onCluster { connector in
            let failure = try await connector.failure(
                "SELECT 'ä' AS \"ö\", :a,\n       nosuch\nFROM pg_class WHERE oid = :b",
                [.text("a", "x"), .number("b", "1")]
            )
            #expect(failure?.code == "42703" && failure?.line == 2 && failure?.column == 8 && failure?.position == 31)
        }
    }

    @Test("EXPLAIN, SHOW, VALUES and TABLE run too")
    func otherStatements() async throws {
        try await PostgresFixture.withConnector(setUp: "CREATE TABLE t AS SELECT 1 AS a") { connector, _ async throws in
            #expect(try await connector.collect("EXPLAIN SELECT * FROM t").columns.map(\.name) == ["QUERY PLAN"])
            #expect(try await connector.row("SHOW server_version_num").hasPrefix("[\""))
            #expect(try await connector.row("VALUES (1, 'x')") == #"[1,"x"]"#)
            #expect(try await connector.row("TABLE t;") == "[1]")
        }
    }

    @Test("A server that hangs, refuses or is unknown fails the run in plain words")
    func unreachable() async throws {
        let silent = try SilentServer()
        let hanging = try PostgresFixture.connector("postgres://u@127.0.0.1:\(silent.port)/d?connect_timeout=1")
        let hung = try await hanging.failure("SELECT 1")
        #expect(hung?.message == "The server did not answer in time" && hung?.recovery == .mayPass)
        let refusing = try PostgresFixture.connector("postgres://u@127.0.0.1:1/d")
        #expect(try await refusing.failure("SELECT 1")?.recovery == .mayPass)
        let outside = try PostgresFixture.connector(
            "postgres://u@127.0.0.1:1/d",
            hosts: HostPolicy(allowsPrivate: false)
        )
        #expect(try await outside.failure("SELECT 1")?.code == "rejected")
    }

    @Test("As many statements run at once as the datasource allows")
    func concurrency() async throws {
        try await TestPostgres.withDatabase { url in
            let connector = try PostgresFixture.connector(url, maxConcurrency: 2)
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await connector.row(
                            "SELECT count(*) <= 2 FROM pg_stat_activity, (SELECT count(*) FROM generate_series(1, 100000)) s "
                                + "WHERE datname = current_database() AND application_name = 'loupe'"
                        )
                    }
                }
                for try await row in group { #expect(row == "[true]") }
            }
            await connector.close()
        }
    }
}
