import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

/// What both adapters promise alike.
@Suite("Both stores")
struct ConformanceTests {
    /// A table of the test's own, with a column of each type.
    func withTable(
        _ kind: StoreKind,
        _ body: (any MigratableDatabase) async throws -> Void
    ) async throws {
        let script =
            switch kind {
            case .sqlite:
                """
                CREATE TABLE things (
                    id INTEGER NOT NULL PRIMARY KEY, number INTEGER, fraction REAL,
                    flag INTEGER CHECK (flag IN (0, 1)), words TEXT, body TEXT, ident TEXT, moment INTEGER, raw BLOB,
                    parent INTEGER REFERENCES things (id)
                ) STRICT;
                CREATE UNIQUE INDEX things_words_key ON things (words);
                """
            case .postgres:
                """
                CREATE TABLE things (
                    id bigint NOT NULL PRIMARY KEY, number bigint, fraction double precision, flag boolean,
                    words text COLLATE "C", body json, ident uuid, moment timestamptz(3), raw bytea,
                    parent bigint REFERENCES things (id)
                );
                CREATE UNIQUE INDEX things_words_key ON things (words);
                """
            }
        try await kind.withEmptyStore { database in
            try await database.migrate(transactionally: true) { try $0.run(script: script) }
            try await body(database)
        }
    }

    func add(_ id: Int, number: Int = 0, to database: any Database) async throws {
        try await database.write { transaction in
            try transaction.execute("INSERT INTO things (id, number) VALUES (\(id), \(number))")
        }
    }

    func number(_ id: Int, in database: any Database) async throws -> Int? {
        try await database.read { transaction in
            try transaction.first("SELECT number FROM things WHERE id = \(id)") { try $0.int() }
        }
    }

    private struct Refusal: Error {}

    @Test("A write that returns is kept, one that throws leaves nothing", arguments: StoreKind.allCases)
    func rollback(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await add(1, to: database)
            await #expect(throws: Refusal.self) {
                try await database.write { transaction in
                    try transaction.execute("INSERT INTO things (id) VALUES (2)")
                    throw Refusal()
                }
            }
            let count = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(count == 1)
        }
    }

    @Test(
        "A statement that fails inside a write undoes the write, even where the body hides it",
        arguments: StoreKind.allCases
    )
    func hiddenFailure(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await add(1, to: database)
            await #expect(throws: LoupeError.self) {
                try await database.write { transaction in
                    try transaction.execute("INSERT INTO things (id) VALUES (2)")
                    try transaction.execute("INSERT INTO things (id) VALUES (1)")
                }
            }
            let count = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(count == 1)
        }
    }

    @Test("Execute tells how many rows it changed", arguments: StoreKind.allCases)
    func changes(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let counts = try await database.write { transaction in
                [
                    try transaction.execute("INSERT INTO things (id) VALUES (1), (2), (3)"),
                    try transaction.execute("UPDATE things SET number = 5 WHERE id > 1"),
                    try transaction.execute("UPDATE things SET number = 5 WHERE id > 9"),
                    try transaction.execute("DELETE FROM things"),
                ]
            }
            #expect(counts == [3, 2, 0, 3])
        }
    }

    @Test("RETURNING hands back rows", arguments: StoreKind.allCases)
    func returning(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let ids: [Int] = try await database.write { transaction in
                try transaction.all("INSERT INTO things (id) VALUES (1), (2) RETURNING id") { try $0.int() }
            }
            #expect(ids == [1, 2])
        }
    }

    @Test("A write inside a read is refused", arguments: StoreKind.allCases)
    func readOnly(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            await #expect(throws: LoupeError.self) {
                try await database.read { try $0.execute("INSERT INTO things (id) VALUES (1)") }
            }
            await #expect(throws: LoupeError.self) {
                try await database.read { transaction in
                    _ = try transaction.count("SELECT count(*) FROM things")
                    try transaction.execute("INSERT INTO things (id) VALUES (1)")
                }
            }
            let count = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(count == 0)
        }
    }

    @Test("A read of several statements sees one moment", arguments: StoreKind.allCases)
    func snapshot(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await add(1, number: 10, to: database)
            // Twice: the first read of its kind finds out that it needs a transaction.
            for round in 0..<2 {
                let gate = Gate()
                async let seen = database.read { transaction in
                    let statement: SQL = "SELECT number FROM things WHERE id = 1"
                    let before = try transaction.first(statement) { try $0.int() }
                    // Only in the transaction is there a second statement to compare with.
                    gate.passBlocking()
                    let after = try transaction.first("SELECT number + 0 FROM things WHERE id = 1") { try $0.int() }
                    return [before, after]
                }
                await gate.waitUntilReached()
                try await database.write { try $0.execute("UPDATE things SET number = number + 1 WHERE id = 1") }
                gate.open()
                let numbers = try await seen
                #expect(numbers[0] == numbers[1], "round \(round)")
            }
        }
    }

    @Test("Parallel writers lose no update", arguments: StoreKind.allCases)
    func parallelWriters(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await add(1, to: database)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<25 {
                            try await database.write { transaction in
                                let lock = transaction.dialect.forUpdate
                                let number = try transaction.first(
                                    "SELECT number FROM things WHERE id = 1\(lock)"
                                ) { try $0.int() }
                                try transaction.execute("UPDATE things SET number = \((number ?? 0) + 1) WHERE id = 1")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let number = try await number(1, in: database)
            #expect(number == 200)
        }
    }

    @Test("A deadlock is resolved by running the body again", arguments: StoreKind.allCases)
    func deadlock(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await database.write { try $0.execute("INSERT INTO things (id, number) VALUES (1, 0), (2, 0)") }
            let both = Rendezvous(parties: kind == .postgres ? 2 : 1)
            @Sendable func add(_ first: Int, _ second: Int) async throws {
                try await database.write { transaction in
                    try transaction.execute("UPDATE things SET number = number + 1 WHERE id = \(first)")
                    both.arriveBlocking()
                    try transaction.execute("UPDATE things SET number = number + 1 WHERE id = \(second)")
                }
            }
            async let one: Void = add(1, 2)
            async let other: Void = add(2, 1)
            _ = try await (one, other)
            let numbers = [try await number(1, in: database), try await number(2, in: database)]
            #expect(numbers == [2, 2])
        }
    }

    @Test("The same statement can run within its own rows", arguments: StoreKind.allCases)
    func nested(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await database.write { try $0.execute("INSERT INTO things (id) VALUES (1), (2), (3)") }
            let pairs = try await database.read { transaction in
                var pairs = 0
                let statement: SQL = "SELECT id FROM things ORDER BY id"
                try transaction.forEach(statement) { _ in
                    try transaction.forEach(statement) { _ in pairs += 1 }
                }
                return pairs
            }
            #expect(pairs == 9)
        }
    }

    @Test("A blob of 32 MiB goes in and comes out", arguments: StoreKind.allCases)
    func bigBlob(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let blob = [UInt8](unsafeUninitializedCapacity: 32 << 20) { buffer, count in
                for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31) }
                count = buffer.count
            }
            try await database.write { try $0.execute("INSERT INTO things (id, raw) VALUES (1, \(blob))") }
            let found = try await database.read { transaction in
                try transaction.first("SELECT raw FROM things") { try $0.bytes() }
            }
            #expect(found == blob)
        }
    }

    @Test("A closed store is unavailable", arguments: StoreKind.allCases)
    func closed(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            await database.close()
            let error = try await #require(throws: LoupeError.self) {
                try await database.read { try $0.count("SELECT 1") }
            }
            #expect(error.code == .unavailable)
            await database.close()
        }
    }

    @Test("A statement that is no SQL is our fault and does not show itself", arguments: StoreKind.allCases)
    func syntax(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let error = try await #require(throws: LoupeError.self) {
                try await database.write { try $0.execute("INSERT INTO nowhere (secret) VALUES (1)") }
            }
            #expect(error.code == .internalError)
            #expect(!error.message.contains("nowhere"))
        }
    }
}
