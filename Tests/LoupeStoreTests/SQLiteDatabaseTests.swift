import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("The SQLite store")
struct SQLiteDatabaseTests {
    private func withDatabase(
        synchronous: SQLiteOptions.Synchronous = .normal,
        busyTimeout: Duration = .seconds(5),
        maximumPages: Int? = nil,
        _ body: (SQLiteDatabase, String) async throws -> Void
    ) async throws {
        try await TestDirectory.with { directory in
            let options = SQLiteOptions(
                path: directory + "/loupe.db",
                synchronous: synchronous,
                busyTimeout: busyTimeout,
                maximumPages: maximumPages
            )
            let database = try SQLiteDatabase(options)
            try await database.migrate(transactionally: true) { steps in
                try steps.run(script: "CREATE TABLE things (id INTEGER PRIMARY KEY, raw BLOB) STRICT;")
            }
            do {
                try await body(database, options.path)
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }

    private func pragma(_ name: String, _ database: SQLiteDatabase) async throws -> String? {
        try await database.write { transaction in
            try transaction.first(SQL(stringLiteral: "SELECT CAST(\(name) AS TEXT) FROM pragma_\(name)")) {
                try $0.text()
            }
        }
    }

    @Test("It is WAL, checks references, and gives free pages back in steps")
    func pragmas() async throws {
        try await withDatabase { database, _ in
            let values = [
                try await pragma("journal_mode", database), try await pragma("foreign_keys", database),
                try await pragma("auto_vacuum", database), try await pragma("synchronous", database),
            ]
            #expect(values == ["wal", "1", "2", "1"])
        }
    }

    @Test("DB_SYNCHRONOUS=full is taken")
    func full() async throws {
        try await withDatabase(synchronous: .full) { database, _ in
            let value = try await pragma("synchronous", database)
            #expect(value == "2")
        }
    }

    @Test("The file and what SQLite puts beside it are the owner's alone")
    func modes() async throws {
        try await withDatabase { _, path in
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
        }
    }

    @Test("A writer does not wait for readers")
    func writerBesideReader() async throws {
        try await withDatabase { database, _ in
            let gate = Gate()
            async let before = database.read { transaction in
                let count = try transaction.count("SELECT count(*) FROM things")
                gate.passBlocking()
                return count + (try transaction.count("SELECT count(*) FROM things"))
            }
            await gate.waitUntilReached()
            try await database.write { try $0.execute("INSERT INTO things (id) VALUES (1)") }
            gate.open()
            let seen = try await before
            let after = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(seen == 0)
            #expect(after == 1)
        }
    }

    @Test("A full disk is unavailable, says so, and what was there stays")
    func fullDisk() async throws {
        try await withDatabase(maximumPages: 40) { database, _ in
            try await database.write { try $0.execute("INSERT INTO things (id, raw) VALUES (1, \([1, 2] as [UInt8]))") }
            let error = try await #require(throws: LoupeError.self) {
                try await database.write { transaction in
                    try transaction.execute(
                        "INSERT INTO things (id, raw) VALUES (2, \([UInt8](repeating: 1, count: 1 << 20)))"
                    )
                }
            }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("disk is full"))
            let count = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(count == 1)
        }
    }

    @Test("Another process's lock makes it busy, not stuck")
    func busy() async throws {
        try await withDatabase(busyTimeout: .milliseconds(20)) { database, path in
            let other = try SQLiteDatabase(SQLiteOptions(path: path))
            let gate = Gate()
            async let holding: Void = other.write { transaction in
                try transaction.execute("INSERT INTO things (id) VALUES (1)")
                gate.passBlocking()
            }
            await gate.waitUntilReached()
            let error = try await #require(throws: LoupeError.self) {
                try await database.write { try $0.execute("INSERT INTO things (id) VALUES (2)") }
            }
            gate.open()
            try await holding
            await other.close()
            #expect(error.code == .unavailable)
            #expect(error.retryAfter != nil)
        }
    }

    @Test("A file that cannot be opened is unavailable")
    func missingDirectory() throws {
        let error = try #require(throws: LoupeError.self) {
            try SQLiteDatabase(SQLiteOptions(path: "/nowhere/at/all/loupe.db"))
        }
        #expect(error.code == .unavailable)
        #expect(!error.message.contains("nowhere"))
    }

    @Test("A file that is no database is unavailable")
    func otherFile() async throws {
        try await TestDirectory.with { directory in
            let path = directory + "/loupe.db"
            try Data(repeating: 65, count: 8192).write(to: URL(filePath: path))
            let error = try #require(throws: LoupeError.self) { try SQLiteDatabase(SQLiteOptions(path: path)) }
            #expect(error.code == .unavailable)
        }
    }
}
