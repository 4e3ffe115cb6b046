import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("The PostgreSQL store")
struct PostgresDatabaseTests {
    private func withTable(_ body: (any MigratableDatabase) async throws -> Void) async throws {
        try await StoreKind.postgres.withEmptyStore { database in
            try await database.migrate(transactionally: true) { steps in
                try steps.run(
                    script:
                        "CREATE TABLE things (\n    id bigint NOT NULL PRIMARY KEY,\n    number integer NOT NULL\n);\n"
                )
                try steps.execute("INSERT INTO things (id, number) VALUES (1, 7)")
            }
            try await body(database)
        }
    }

    @Test("A statement that the server prepared for an older table is prepared anew, in reads and in writes")
    func outdatedStatements() async throws {
        try await withTable { database in
            @Sendable func number(_ transaction: any Transaction) throws -> Int? {
                try transaction.first("SELECT number FROM things WHERE id = 1") { try $0.int() }
            }
            for type in ["bigint", "integer", "bigint"] {
                for _ in 0..<3 {
                    let seen = [
                        try await database.read { try number($0) }, try await database.write { try number($0) },
                    ]
                    #expect(seen == [7, 7])
                }
                try await database.migrate(transactionally: true) { steps in
                    try steps.run(script: "ALTER TABLE things ALTER COLUMN number TYPE \(type);\n")
                }
            }
            let seen = [try await database.read { try number($0) }, try await database.write { try number($0) }]
            #expect(seen == [7, 7])
        }
    }

    @Test("A server that ends every session is an interruption, not an error")
    func lostConnections() async throws {
        try await withTable { database in
            for _ in 0..<3 {
                let seen = try await database.read { try $0.count("SELECT number FROM things") }
                #expect(seen == 7)
                try await database.write { try $0.execute("UPDATE things SET number = number WHERE id = 1") }
                let name = try await database.read { transaction in
                    try transaction.first("SELECT current_database()::text") { try $0.text() }
                }
                try await TestPostgres.psql(
                    try TestPostgres.clusterURL(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name ?? "")'"
                )
            }
        }
    }

    @Test("A connection lost in the middle of a write runs the write again, once in effect")
    func lostInTheMiddle() async throws {
        try await withTable { database in
            let name = try await database.read { transaction in
                try transaction.first("SELECT current_database()::text") { try $0.text() }
            }
            let gate = Gate()
            async let write: Void = database.write { transaction in
                try transaction.execute("UPDATE things SET number = number + 1 WHERE id = 1")
                gate.passBlocking()
                try transaction.execute("UPDATE things SET number = number + 10 WHERE id = 1")
            }
            await gate.waitUntilReached()
            try await TestPostgres.psql(
                try TestPostgres.clusterURL(),
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = '\(name ?? "")' AND state = 'idle in transaction'
                """
            )
            gate.open()
            try await write
            let number = try await database.read { try $0.count("SELECT number FROM things") }
            #expect(number == 18)
        }
    }
}
