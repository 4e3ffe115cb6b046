import Foundation
import Logging
import LoupePostgres
import LoupeStore

extension TestStore {
    /// A database of the test's own, copied from `template`, and dropped after.
    static func withPostgres<Value>(
        template: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresDatabase) async throws -> Value
    ) async throws -> Value {
        let name = "loupe_test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let cluster = try TestPostgres.clusterURL()
        try await TestPostgres.psql(cluster, "CREATE DATABASE \(name) TEMPLATE \(template) ENCODING 'UTF8'")
        do {
            let value = try await withPostgres(database: name) { try await body($0) }
            try await TestPostgres.psql(cluster, "DROP DATABASE \(name) WITH (FORCE)")
            return value
        } catch {
            _ = try? await TestPostgres.psql(cluster, "DROP DATABASE \(name) WITH (FORCE)")  // the body's error matters
            throw error
        }
    }

    /// The store in a database that stands already.
    static func withPostgres<Value>(
        database name: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresDatabase) async throws -> Value
    ) async throws -> Value {
        var options = try PostgresOptions(url: try TestPostgres.clusterURL())
        options.database = name
        let database = PostgresDatabase(pool: PostgresPool(options: options, logger: Logger(label: "loupe.test")))
        return try await closing(database) { try await body(database) }
    }
}

/// A database with the whole schema, which every test's own is copied from: 40 ms instead of four migrations. It stays
/// in the throw-away cluster under a name that changes with the schema.
actor TestStoreTemplate {
    static let shared = TestStoreTemplate()

    private var making: Task<String, any Error>?

    func name() async throws -> String {
        if let making { return try await making.value }
        let task = Task { try await TestStoreTemplate.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> String {
        let sum = Migration.all(for: .postgres).map(\.checksum).joined().utf8.reduce(5381 as UInt64) {
            $0 &* 33 ^ UInt64($1)
        }
        let name = "loupe_template_\(String(sum, radix: 16))"
        let cluster = try TestPostgres.clusterURL()
        let isThere = "SELECT 1 FROM pg_database WHERE datname = '\(name)'"
        guard try await TestPostgres.psql(cluster, isThere).isEmpty else { return name }
        let draft = "\(name)_\(ProcessInfo.processInfo.processIdentifier)"
        try await TestPostgres.psql(cluster, "CREATE DATABASE \(draft) TEMPLATE template0 ENCODING 'UTF8'")
        try await TestStore.withPostgres(database: draft) { database in
            _ = try await Migrator(database, now: TestStore.now).up()
        }
        do {
            try await TestPostgres.psql(cluster, "ALTER DATABASE \(draft) RENAME TO \(name)")
        } catch {
            // Another process was faster, or the renaming failed for good: then there is no such database.
            try await TestPostgres.psql(cluster, "DROP DATABASE \(draft) WITH (FORCE)")
            guard try await !TestPostgres.psql(cluster, isThere).isEmpty else { throw error }
        }
        return name
    }
}
