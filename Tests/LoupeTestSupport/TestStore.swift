import Foundation
package import LoupeCore
package import LoupeStore

/// The stores on which every test of the store runs: `@Test(arguments: StoreKind.allCases)`.
package enum StoreKind: String, CaseIterable, Sendable {
    case sqlite
    case postgres

    /// The store that the running test is to use, where its suite runs on several.
    @TaskLocal package static var current = StoreKind.sqlite

    package var dialect: Dialect {
        switch self {
        case .sqlite: .sqlite
        case .postgres: .postgres
        }
    }

    /// Gives `body` a store of its own with the whole schema, and removes it after.
    package func withStore<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (any Database) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .sqlite:
            try await withEmptyStore { database in
                try await Migrator(database, now: TestStore.now).up()
                return try await body(database)
            }
        case .postgres:
            try await TestStore.withPostgres(template: TestStoreTemplate.shared.name()) { try await body($0) }
        }
    }

    /// Gives `body` a store of its own without any table, and removes it after.
    package func withEmptyStore<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (any MigratableDatabase) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .sqlite:
            try await TestDirectory.with { directory in
                let database = try SQLiteDatabase(SQLiteOptions(path: directory + "/loupe.db"))
                return try await TestStore.closing(database) { try await body(database) }
            }
        case .postgres: try await TestStore.withPostgres(template: "template0") { try await body($0) }
        }
    }
}

package enum TestStore {
    /// 2026-01-31T09:30:00.000Z, the time at which tests that do not care stand.
    package static let moment = Timestamp(milliseconds: 1_769_851_800_000)

    package static let now: @Sendable () -> Timestamp = { moment }

    static func closing<Value>(
        _ database: any Database,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body()
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }
}
