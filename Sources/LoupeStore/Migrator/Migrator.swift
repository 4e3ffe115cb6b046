package import LoupeCore

/// Brings a store's schema forward and back. Safe to run on several machines at once: each step is made under a lock,
/// once, and an interrupted one leaves nothing behind.
package struct Migrator: Sendable {
    private let database: any MigratableDatabase
    private let migrations: [Migration]
    private let now: @Sendable () -> Timestamp

    /// `migrations` in the order of their numbers.
    package init(
        _ database: any MigratableDatabase,
        migrations: [Migration]? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.database = database
        self.migrations = migrations ?? Migration.all(for: database.dialect)
        self.now = now
    }

    /// Throws `MigrationError` where the store and this version disagree.
    package func status(toleratingNext: Bool = false) async throws -> MigrationStatus {
        let applied = try await database.read { try Migrator.applied($0) }
        return try MigrationStatus(applied: applied, known: migrations, toleratingNext: toleratingNext)
    }

    /// Applies what is pending; the migrations that this call applied. With `toleratingNext` a store that is one step
    /// ahead is left as it is.
    @discardableResult
    package func up(toleratingNext: Bool = false) async throws -> [Migration] {
        var done: [Migration] = []
        while let next = try await status(toleratingNext: toleratingNext).pending.first {
            let isApplied = try await database.migrate(transactionally: Migration.isTransactional(next.up)) { steps in
                try apply(next, steps)
            }
            if isApplied { done.append(next) }
        }
        return done
    }

    /// Takes back, newest first, what is applied beyond migration `number`; what this call took back.
    @discardableResult
    package func down(to number: Int) async throws -> [Migration] {
        var done: [Migration] = []
        while let last = try await status().applied.last, last.number > number,
            let migration = migrations.first(where: { $0.number == last.number })
        {
            let isTransactional = Migration.isTransactional(migration.down)
            let isReverted = try await database.migrate(transactionally: isTransactional) { steps in
                try revert(migration, steps)
            }
            if isReverted { done.append(migration) }
        }
        return done
    }

    /// False where another migrator was faster.
    private func apply(_ migration: Migration, _ steps: any MigrationTransaction) throws -> Bool {
        try steps.run(script: Migrator.table(steps.dialect))
        let status = try MigrationStatus(applied: try Migrator.applied(steps), known: migrations)
        guard status.pending.first == migration else { return false }
        try steps.run(script: migration.up)
        try steps.execute(
            """
            INSERT INTO schema_migrations (number, name, checksum, applied_at)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum), \(now()))
            """
        )
        return true
    }

    private func revert(_ migration: Migration, _ steps: any MigrationTransaction) throws -> Bool {
        guard try Migrator.applied(steps).last?.number == migration.number else { return false }
        try steps.run(script: migration.down)
        try steps.execute("DELETE FROM schema_migrations WHERE number = \(migration.number)")
        return true
    }

    private static func applied(_ transaction: any Transaction) throws -> [MigrationStatus.Applied] {
        let isMade: SQL =
            switch transaction.dialect {
            case .sqlite: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'"
            case .postgres:
                """
                SELECT count(*) FROM pg_catalog.pg_class
                WHERE relname = 'schema_migrations' AND pg_catalog.pg_table_is_visible(oid)
                """
            }
        guard try transaction.count(isMade) > 0 else { return [] }
        let list: SQL = "SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number"
        return try transaction.all(list) { row in
            MigrationStatus.Applied(
                number: try row.int(),
                name: try row.text(),
                checksum: try row.text(),
                appliedAt: try row.timestamp()
            )
        }
    }

    private static func table(_ dialect: Dialect) -> String {
        let (time, text, options) =
            switch dialect {
            case .sqlite: ("INTEGER", "TEXT", " STRICT")
            case .postgres: ("timestamptz(3)", "text COLLATE \"C\"", "")
            }
        return """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number INTEGER NOT NULL PRIMARY KEY,
                name \(text) NOT NULL,
                checksum \(text) NOT NULL,
                applied_at \(time) NOT NULL
            )\(options);
            """
    }
}
