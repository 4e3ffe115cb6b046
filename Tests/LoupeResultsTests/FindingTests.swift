import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Finding a result", .serialized)
struct FindingTests {
    private static let columns = ResultColumn.named(("n", .integer))
    private static let block = RowBlock.rows([Int64(1)]) { $0.integer($1) }

    @Test("Another organization's result is not found", arguments: StoreKind.allCases)
    func otherOrganization(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, [Self.block])
            let other: Organization.ID = Surroundings.system.newID()
            let error = await #expect(throws: LoupeError.self) { try await fixture.results.find(summary.id, in: other) }
            #expect(error?.code == .notFound)
        }
    }

    @Test("An expired result is gone from its moment on", arguments: StoreKind.allCases)
    func expired(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let end = TestStore.moment + .seconds(60)
            let summary = try await fixture.write(Self.columns, [Self.block], expiresAt: end)
            let before = fixture.reopened(now: end - .milliseconds(1))
            #expect(try await before.reader(summary).rowCount == 1)
            let error = await #expect(throws: LoupeError.self) { try await fixture.reopened(now: end).reader(summary) }
            #expect(error?.code == .gone)
        }
    }

    @Test("A result is found inside a transaction that reads something else too", arguments: StoreKind.allCases)
    func inTransaction(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, [Self.block])
            let reader = try await fixture.database.read { transaction in
                try fixture.results.find(summary.id, in: fixture.organization, transaction)
            }
            #expect(try await reader.page(offset: 0, limit: 1).text == "[[1]]")
        }
    }
}
