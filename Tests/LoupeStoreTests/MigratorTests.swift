import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Migrations")
struct MigratorTests {
    private static let one = Migration(
        number: 1,
        name: "one",
        up: "CREATE TABLE one (\n    id INTEGER NOT NULL PRIMARY KEY\n);\nINSERT INTO one (id) VALUES (1);\n",
        down: "DROP TABLE one;\n"
    )
    private static let two = Migration(
        number: 2,
        name: "two",
        up: "CREATE TABLE two (\n    id INTEGER NOT NULL PRIMARY KEY\n);\n",
        down: "DROP TABLE two;\n"
    )

    private func migrator(_ database: any MigratableDatabase, _ migrations: [Migration]) -> Migrator {
        Migrator(database, migrations: migrations, now: TestStore.now)
    }

    @Test("The whole schema goes up, down to nothing and up again", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            let migrator = Migrator(database, now: TestStore.now)
            let all = Migration.all(for: kind.dialect)
            let first = try await migrator.up()
            let made = try await SchemaCatalog(database)
            let repeated = try await migrator.up()
            let reverted = try await migrator.down(to: 0)
            let empty = try await migrator.status()
            let left = try await SchemaCatalog(database)
            let second = try await migrator.up()
            let madeAgain = try await SchemaCatalog(database)
            #expect(first == all)
            #expect(repeated == [])
            #expect(reverted == all.reversed())
            #expect(empty.applied == [])
            #expect(left.tables == [])
            #expect(second == all)
            #expect(madeAgain == made)
        }
    }

    @Test("Each step can be taken back and forth with data in every table", arguments: StoreKind.allCases)
    func filled(kind: StoreKind) async throws {
        let last = Migration.all(for: kind.dialect).count
        for number in (0..<last).reversed() {
            try await kind.withEmptyStore { database in
                let migrator = Migrator(database, now: TestStore.now)
                try await migrator.up()
                try await database.write { transaction in
                    for organization in [1, 2] { try FilledStore.fill(organization: organization, in: transaction) }
                }
                try await migrator.down(to: number)
                let applied = try await migrator.status().applied.map(\.number)
                #expect(applied == Array(1..<(number + 1)))
                try await migrator.up()
                let isCurrent = try await migrator.status().isCurrent
                #expect(isCurrent)
            }
        }
    }

    @Test("A script that was edited after it was applied is an error", arguments: StoreKind.allCases)
    func changed(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            try await migrator(database, [Self.one]).up()
            let edited = Migration(number: 1, name: "one", up: Self.one.up + "\n", down: Self.one.down)
            await #expect(throws: MigrationError.changed(number: 1, name: "one")) {
                try await migrator(database, [edited, Self.two]).up()
            }
            let isThere = try await SchemaCatalog(database).table("two") != nil
            #expect(!isThere)
        }
    }

    private static let three = Migration(
        number: 3,
        name: "three",
        up: "CREATE TABLE three (\n    id INTEGER NOT NULL PRIMARY KEY\n);\n",
        down: "DROP TABLE three;\n"
    )

    @Test("The next version's schema is one to work on, and not to change", arguments: StoreKind.allCases)
    func next(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            try await migrator(database, [Self.one, Self.two]).up()
            let old = migrator(database, [Self.one])
            try await old.waitForSchema(limit: .zero)
            #expect(try await old.up(toleratingNext: true) == [])
            #expect(try await old.status(toleratingNext: true).next?.number == 2)
            await #expect(throws: MigrationError.newer(number: 2, name: "two")) { try await old.up() }
            await #expect(throws: MigrationError.newer(number: 2, name: "two")) { try await old.down(to: 0) }
        }
    }

    @Test("A schema newer than the next version's is refused", arguments: StoreKind.allCases)
    func newer(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            try await migrator(database, [Self.one, Self.two, Self.three]).up()
            let old = migrator(database, [Self.one])
            await #expect(throws: MigrationError.newer(number: 3, name: "three")) {
                try await old.up(toleratingNext: true)
            }
            await #expect(throws: MigrationError.newer(number: 3, name: "three")) { try await old.waitForSchema() }
        }
    }

    @Test("A migration missing below an applied one is an error", arguments: StoreKind.allCases)
    func gap(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            try await migrator(database, [Self.two]).up()
            await #expect(throws: MigrationError.gap(number: 1, name: "one")) {
                try await migrator(database, [Self.one, Self.two]).up()
            }
        }
    }

    @Test("Of migrators at once each step is made by one", arguments: StoreKind.allCases)
    func atOnce(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            let all = Migration.all(for: kind.dialect)
            let done = try await withThrowingTaskGroup(of: [Migration].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await Migrator(database, now: TestStore.now).up() }
                }
                return try await group.reduce(into: [Migration]()) { $0 += $1 }
            }
            #expect(done.map(\.number).sorted() == all.map(\.number))
        }
    }

    @Test("An interrupted migration leaves nothing and can be made after", arguments: StoreKind.allCases)
    func interrupted(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            let broken = Migration(
                number: 2,
                name: "two",
                up: Self.two.up + "INSERT INTO nowhere (id) VALUES (1);\n",
                down: Self.two.down
            )
            await #expect(throws: LoupeError.self) { try await migrator(database, [Self.one, broken]).up() }
            let between = try await migrator(database, [Self.one, Self.two]).status()
            #expect(between.applied.map(\.number) == [1])
            let isThere = try await SchemaCatalog(database).table("two") != nil
            #expect(!isThere)
            let done = try await migrator(database, [Self.one, Self.two]).up()
            #expect(done == [Self.two])
        }
    }

    @Test("A script without a transaction keeps what it did, and runs again to its end", arguments: StoreKind.allCases)
    func withoutTransaction(kind: StoreKind) async throws {
        func script(_ rest: String) -> Migration {
            Migration(
                number: 1,
                name: "one",
                up: "-- no-transaction\nCREATE TABLE IF NOT EXISTS one (\n    id INTEGER\n);\n\(rest)",
                down: "-- no-transaction\nDROP TABLE one;\n"
            )
        }
        try await kind.withEmptyStore { database in
            await #expect(throws: LoupeError.self) {
                try await migrator(database, [script("INSERT INTO nowhere (id) VALUES (1);\n")]).up()
            }
            let isThere = try await SchemaCatalog(database).table("one") != nil
            #expect(isThere)
            // PostgreSQL refuses this within a transaction.
            let concurrent = kind == .postgres ? "CREATE INDEX CONCURRENTLY one_by_id ON one (id);\n" : "VACUUM;\n"
            let whole = script(concurrent)
            let done = try await migrator(database, [whole]).up()
            #expect(done == [whole])
            let reverted = try await migrator(database, [whole]).down(to: 0)
            #expect(reverted == [whole])
        }
    }

    @Test(
        "Who waits for the schema goes on when it is there, and gives up with a reason",
        arguments: StoreKind.allCases
    )
    func waiting(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            let migrator = migrator(database, [Self.one])
            let error = try await #require(throws: LoupeError.self) {
                try await migrator.waitForSchema(limit: .milliseconds(30), interval: .milliseconds(10))
            }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("loupe migrate up"))
            async let waited: Void = migrator.waitForSchema(limit: .seconds(30), interval: .milliseconds(5))
            try await migrator.up()
            try await waited
        }
    }

    @Test("Every script in the folder is compiled in, under its number and name", arguments: StoreKind.allCases)
    func folder(kind: StoreKind) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/LoupeStore/Migrations/\(kind.rawValue)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let expected = try Migration.all(for: kind.dialect).flatMap { migration in
            let number = String(repeating: "0", count: 4 - String(migration.number).count) + String(migration.number)
            let base = "\(number)_\(migration.name).\(kind.rawValue)"
            let up = try String(contentsOf: folder.appending(path: "\(base).up.sql"), encoding: .utf8)
            let down = try String(contentsOf: folder.appending(path: "\(base).down.sql"), encoding: .utf8)
            #expect(up == migration.up)
            #expect(down == migration.down)
            return ["\(base).down.sql", "\(base).up.sql"]
        }
        #expect(files == expected)
    }
}
