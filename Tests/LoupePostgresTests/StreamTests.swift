import Foundation
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Streaming rows")
struct StreamTests {
    @Test("Rows are pulled over as many hops as it takes, after their columns")
    func pull() async throws {
        try await PostgresFixture.withConnection { connection in
            let columns = try await connection.run { session in
                try session.stream(
                    "SELECT g AS n, NULL::text AS t, $1::varchar(9) FROM generate_series(1, 2500) g",
                    [.text("x")]
                )
            }
            #expect(columns.map(\.name) == ["n", "t", "varchar"])
            #expect(columns.map(\.type) == [PostgresType.int4, PostgresType.text, PostgresType.varchar])
            #expect(columns[2].modifier == 13)
            var total = 0
            var hops = 0
            while true {
                let count = try await connection.run { session in
                    var count = 0
                    while count < 1000, let row = try session.nextRow() {
                        count += 1
                        guard row.isNull(1), row.bytes(2).elementsEqual("x".utf8) else { return -1 }
                    }
                    return count
                }
                total += count
                hops += 1
                if count < 1000 { break }
            }
            #expect(total == 2500 && hops == 3)
            #expect(try await connection.int("SELECT 1") == 1)
        }
    }

    @Test("A result without rows still has its columns")
    func empty() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session throws in
                #expect(try session.stream("SELECT 1 AS one WHERE false").map(\.name) == ["one"])
                #expect(try session.nextRow() == nil)
                #expect(try session.nextRow() == nil)
                #expect(!session.isStreaming)
                #expect(try session.execute("SELECT 1").int8(0, 0) == 1)
            }
        }
    }

    @Test("An error in the middle comes after the good rows")
    func midway() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                _ = try session.stream("SELECT 10 / (500 - g) FROM generate_series(1, 600) g")
                var rows = 0
                let error = #expect(throws: PostgresError.self) {
                    while try session.nextRow() != nil { rows += 1 }
                }
                #expect(error?.sqlState == "22012" && rows == 499)
                #expect(try session.execute("SELECT 1").int8(0, 0) == 1)
            }
        }
    }

    @Test("Giving up cancels the rest and the connection goes on")
    func giveUp() async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                for _ in 0..<20 {
                    _ = try session.stream("SELECT generate_series(1, 100000000)")
                    for _ in 0..<10 { _ = try session.nextRow() }
                    try session.endStream()
                    #expect(try session.execute("SELECT 1").int8(0, 0) == 1)
                }
            }
        }
    }

    @Test(
        "A deadline acts while rows are awaited, and while they keep coming",
        arguments: [
            "SELECT g, pg_sleep(0.02) FROM generate_series(1, 10000) g", "SELECT generate_series(1, 2000000000)",
        ]
    )
    func deadline(sql: String) async throws {
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                session.deadline = .now + .milliseconds(100)
                defer { session.deadline = nil }
                let error = #expect(throws: PostgresError.self) {
                    _ = try session.stream(sql)
                    while try session.nextRow() != nil {}
                }
                #expect(error?.isDeadlinePassed == true)
                // Behind megabytes of rows the confirmation may take longer than the five seconds that it is given.
                #expect(error?.sqlState == "57014" || error?.isConnectionLost == true)
            }
        }
    }

    @Test("A session that the server ends in the middle is a lost connection")
    func dropped() async throws {
        try await PostgresFixture.withConnection { connection in
            let process = try await connection.run { session in
                _ = try session.stream("SELECT generate_series(1, 10000000), repeat('x', 1000)")
                return session.backendProcessID
            }
            try await TestPostgres.psql(try TestPostgres.clusterURL(), "SELECT pg_terminate_backend(\(process))")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.run { session in
                    while try session.nextRow() != nil {}
                }
            }
            #expect(error?.isConnectionLost == true)
            #expect(connection.isBroken)
        }
    }

    @Test("One cell of 500 MB is refused on its way, with the memory it takes bounded")
    func largeCell() async throws {
        try await PostgresFixture.withConnection { connection in
            let process = try await connection.run { session in Int64(session.backendProcessID) }
            let error = await #expect(throws: PostgresStreamError.self) {
                try await connection.run { session in
                    _ = try session.stream(
                        "SELECT repeat('x', 500000000)",
                        limits: PostgresStreamLimits(rowBytes: 32 << 20)
                    )
                    while try session.nextRow() != nil {}
                }
            }
            #expect(connection.isBroken)
            // The server knows at once: blocked in sending, it would hold up every DROP DATABASE.
            let options = try PostgresFixture.options(try TestPostgres.clusterURL())
            let other = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
            let start = ContinuousClock.now
            while try await other.int(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND pid = $1",
                [.int8(process)]
            ) > 0, ContinuousClock.now - start < .seconds(30) {}
            #expect(ContinuousClock.now - start < .seconds(30))
            await other.close()
            // The process's own peak would count what other tests hold at the same time.
            guard case .tooLarge(let received)? = error else { return }
            #expect(received > 32 << 20 && received < 100 << 20)
        }
    }
}
