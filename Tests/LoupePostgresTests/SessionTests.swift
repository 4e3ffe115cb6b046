import Foundation
import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Statements on one connection")
struct SessionTests {
    @Test("Every kind of value goes there and back exactly")
    func values() async throws {
        let uuid = UUID()
        let time = Timestamp(milliseconds: -62_135_596_799_999)
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                let row = try session.execute(
                    "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::date::text, $10::text, $11::text",
                    [
                        .int8(.min), .double(-0.1), .boolean(true), .text("naïve \u{1F600}"), .json(#"{"a":[1]}"#),
                        .uuid(uuid), .timestamptz(time), .bytes([0, 255, 1]), .untyped("2026-01-31"),
                        .typed("7", oid: PostgresType.int4), .null,
                    ]
                )
                #expect(try row.int8(0, 0) == .min)
                #expect(try row.double(0, 1) == -0.1)
                #expect(try row.boolean(0, 2))
                #expect(try row.text(0, 3) == "naïve \u{1F600}")
                #expect(try row.text(0, 4) == #"{"a":[1]}"#)
                #expect(try row.uuid(0, 5) == uuid)
                #expect(try row.timestamp(0, 6) == time)
                #expect(try row.byteArray(0, 7) == [0, 255, 1])
                #expect(try row.text(0, 8) == "2026-01-31")
                #expect(try row.text(0, 9) == "7")
                #expect(row.isNull(0, 10))
            }
        }
    }

    @Test("Empty texts and bytes are not NULL")
    func empty() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                let row = try session.execute("SELECT $1, $2, $3::text", [.text(""), .bytes([]), .untyped("")])
                #expect(try row.text(0, 0).isEmpty && row.byteArray(0, 1).isEmpty && row.text(0, 2).isEmpty)
            }
        }
    }

    @Test("A reader of another type throws instead of guessing")
    func mismatch() async throws {
        try await PostgresFixture.withConnection { connection in
            await #expect(throws: PostgresDecodingError.self) { try await connection.int("SELECT 'x'") }
            await #expect(throws: PostgresDecodingError.self) { try await connection.int("SELECT NULL::int8") }
            await #expect(throws: PostgresDecodingError.self) { try await connection.text("SELECT 1") }
        }
    }

    @Test(
        "NUL and invalid text are refused, never cut",
        arguments: [
            PostgresValue.text("a\0b"), .untyped("a\0b"), .typed("a\0b", oid: PostgresType.text), .json("\"\0\""),
        ]
    )
    func nul(value: PostgresValue) async throws {
        try await PostgresFixture.withConnection { connection in
            #expect(await connection.state(of: "SELECT $1", [value]) == "22021")
            #expect(await connection.state(of: "SELECT 1 \0 + 1") == "22021")
            #expect(await connection.state(of: "SELECT convert_from('\\xff', 'UTF8')") == "22021")
            let answer = try await connection.int("SELECT 1")
            #expect(answer == 1)
        }
    }

    @Test("An error tells what the server said of it")
    func errors() async throws {
        try await PostgresFixture.withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.int("SELECT 'ä', nosuch FROM (SELECT 1 AS a) s")
            }
            #expect(error?.sqlState == "42703")
            #expect(error?.position == 13)
            #expect(error?.severity == "ERROR")
            #expect(error?.isConnectionLost == false)
            #expect(error?.message.contains("nosuch") == true)
            _ = try await connection.run { session in
                _ = try session.execute("CREATE TABLE t (a int CONSTRAINT small CHECK (a < 3))")
            }
            let check = await #expect(throws: PostgresError.self) {
                try await connection.run { session in _ = try session.execute("INSERT INTO t VALUES (5)") }
            }
            #expect(check?.sqlState == "23514" && check?.constraint == "small" && check?.detail != nil)
            #expect("\(String(describing: check))".isEmpty == false)
        }
    }

    @Test("The statement cache stays within its limit and frees what it evicts")
    func eviction() async throws {
        try await PostgresFixture.withConnection(preparedStatements: 3) { connection in
            for number in 0..<10 { #expect(try await connection.int("SELECT \(number)::int8") == number) }
            for number in 8..<10 { #expect(try await connection.int("SELECT \(number)::int8") == number) }
            try await connection.run { session in
                #expect(session.preparedStatementCount == 3)
                let held = try session.executeText("SELECT count(*) FROM pg_prepared_statements")
                #expect(held.bytes(0, 0).elementsEqual("3".utf8))
            }
        }
    }

    @Test("Prepared statements can be switched off")
    func unprepared() async throws {
        try await PostgresFixture.withConnection(preparedStatements: 0) { connection async throws in
            #expect(try await connection.int("SELECT $1 + 1", [.int8(1)]) == 2)
            #expect(try await connection.int("SELECT count(*) FROM pg_prepared_statements") == 0)
        }
    }

    @Test("A cached plan that no longer fits is prepared anew")
    func stalePlan() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                _ = try session.execute("CREATE TABLE t AS SELECT 1 AS a")
                #expect(try session.execute("SELECT * FROM t").columnCount == 1)
                _ = try session.execute("ALTER TABLE t ADD b int8 DEFAULT 2")
                #expect(try session.execute("SELECT * FROM t").columnCount == 2)
                _ = try session.executeText("DEALLOCATE ALL")
                #expect(try session.execute("SELECT * FROM t").columnCount == 2)
                _ = try session.execute("ALTER TABLE t ADD c int8 DEFAULT 3")
            }
            let error = await #expect(throws: PostgresError.self) {
                try await connection.run { session in
                    try session.transaction { session in _ = try session.execute("SELECT * FROM t") }
                }
            }
            #expect(error?.isRetryable == true)
            try await connection.run { session in
                try session.transaction { session throws in
                    #expect(try session.execute("SELECT * FROM t").columnCount == 3)
                }
            }
        }
    }

    @Test("A transaction commits, rolls back on a throw, and does not hide a failed statement")
    func transactions() async throws {
        struct Stop: Error {}
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                _ = try session.execute("CREATE TABLE t (a int8 PRIMARY KEY)")
                try session.transaction { _ = try $0.execute("INSERT INTO t VALUES (1)") }
                #expect(throws: Stop.self) {
                    try session.transaction { session in
                        _ = try session.execute("INSERT INTO t VALUES (2)")
                        throw Stop()
                    }
                }
                let hidden = #expect(throws: PostgresError.self) {
                    try session.transaction { session in
                        _ = try session.execute("INSERT INTO t VALUES (3)")
                        do { _ = try session.execute("INSERT INTO t VALUES (3)") } catch {}
                    }
                }
                #expect(hidden?.sqlState == "25P02")
                let readOnly = #expect(throws: PostgresError.self) {
                    try session.transaction(readOnly: true) { _ = try $0.execute("INSERT INTO t VALUES (4)") }
                }
                #expect(readOnly?.sqlState == "25006")
                #expect(session.transactionStatus == .idle)
                #expect(try session.execute("SELECT count(*) FROM t").int8(0, 0) == 1)
                #expect(try session.execute("UPDATE t SET a = 9").affectedRows == 1)
            }
        }
    }

    @Test("A pipeline answers in order, in one transaction, and the connection goes on after an error")
    func pipeline() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                _ = try session.execute("CREATE TABLE t (a int8 PRIMARY KEY)")
                let results = try session.pipeline([
                    .init("INSERT INTO t VALUES ($1)", [.int8(1)]), .init("SELECT a FROM t"),
                    .init("SELECT 'x'::text", format: .text),
                ])
                #expect(results[0].affectedRows == 1)
                #expect(try results[1].int8(0, 0) == 1)
                #expect(results[2].bytes(0, 0).elementsEqual("x".utf8))
                let error = #expect(throws: PostgresError.self) {
                    try session.pipeline([
                        .init("BEGIN"), .init("INSERT INTO t VALUES (2)"), .init("INSERT INTO t VALUES (1)"),
                        .init("COMMIT"),
                    ])
                }
                #expect(error?.sqlState == "23505")
                #expect(session.transactionStatus == .idle)
                #expect(try session.execute("SELECT count(*) FROM t").int8(0, 0) == 1)
                let large = String(repeating: "x", count: 3 << 20)
                let many = try session.pipeline((0..<20).map { _ in .init("SELECT $1", [.text(large)]) })
                #expect(many.count == 20 && many.allSatisfy { $0.bytes(0, 0).count == 3 << 20 })
            }
        }
    }

    @Test("A running statement is cancelled and the connection stays")
    func cancel() async throws {
        try await PostgresFixture.withConnection { connection in
            async let slept = connection.state(of: "SELECT pg_sleep(30)")
            try await Self.waitUntil(connection, sees: "pg_sleep")
            await connection.cancel()
            #expect(await slept == "57014")
            #expect(try await connection.int("SELECT 1") == 1)
        }
    }

    @Test("A deadline ends a statement and says so")
    func deadline() async throws {
        try await PostgresFixture.withConnection { connection async throws in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.run { session in
                    session.deadline = .now + .milliseconds(50)
                    defer { session.deadline = nil }
                    try session.transaction { _ = try $0.execute("SELECT pg_sleep(30)") }
                }
            }
            #expect(error?.sqlState == "57014" && error?.isDeadlinePassed == true)
            #expect(try await connection.int("SELECT 1") == 1)
        }
    }

    @Test("Abandoning ends a wait at once, without the server")
    func abandon() async throws {
        try await PostgresFixture.withConnection { connection in
            async let slept = connection.state(of: "SELECT pg_sleep(30)")
            try await Self.waitUntil(connection, sees: "pg_sleep")
            connection.abandon()
            #expect(await slept == "08006")
            #expect(await connection.state(of: "SELECT 1") == "08003")
        }
    }

    @Test("A session ended by the server is a lost connection")
    func terminated() async throws {
        try await PostgresFixture.withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.int("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            #expect(error?.isConnectionLost == true)
            #expect(connection.isBroken)
        }
    }

    /// Waits, by asking the server, until a statement of the connection runs.
    static func waitUntil(_ connection: PostgresConnection, sees text: String) async throws {
        let options = try PostgresFixture.options(try TestPostgres.clusterURL())
        let other = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
        // The connection's own queue is busy; its process is found by what it runs.
        while try await other.int(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()",
            [.text("%\(text)%")]
        ) == 0 {}
        await other.close()
    }
}
