import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Migrations")
struct MigratorTests {
    @Test("The whole schema goes up, down to nothing and up again", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withEmptyStore { database in
            let migrator = Migrator(database, now: TestStore.now)
            let all = Migration.all(for: kind.dialect)
            let first = try await migrator.up()
            let repeated = try await migrator.up()
            let reverted = try await migrator.down(to: 0)
            let empty = try await migrator.status()
            let second = try await migrator.up()
            let status = try await migrator.status()
            #expect(first == all)
            #expect(repeated == [])
            #expect(reverted == all.reversed())
            #expect(empty.applied == [])
            #expect(second == all)
            #expect(status.isCurrent)
        }
    }
}
