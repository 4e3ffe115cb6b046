import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Changes of runs in the store")
struct RunEventRepositoryTests {
    static func enqueue(_ tenant: Tenant, _ source: Datasource) async throws -> Run {
        let run = Run(
            id: Identifier(UUID()),
            organizationID: tenant.organization.id,
            datasourceID: source.id,
            datasourceRevision: 1,
            sql: "SELECT 1",
            timeZone: "UTC",
            trigger: .user,
            priority: .interactive,
            limits: QueryLimits(),
            createdBy: tenant.ada.id,
            createdAt: TestStore.moment
        )
        let runs = RunRepository(
            database: tenant.database,
            surroundings: Surroundings(now: TestStore.now, random: Surroundings.system.random),
            signals: SignalHub()
        )
        let hash = [UInt8](repeating: 1, count: 32)
        try await runs.enqueue(RunRepository.New(run: run, bound: [], sqlHash: hash, fingerprint: hash))
        return run
    }

    @Test(
        "Events are read after a number, with those that were missed, and replayed to their organization alone",
        arguments: StoreKind.allCases
    )
    func reading(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let mine = try await one.addDatasource()
            let events = RunEventRepository(database)
            #expect(try await events.newest(10) == [])
            let first = try await Self.enqueue(one, mine)
            let second = try await Self.enqueue(one, mine)
            let theirs = try await Self.enqueue(other, try await other.addDatasource())
            let numbers = try await events.newest(10)
            #expect(numbers.count == 3)
            #expect(try await events.newest(2) == Array(numbers.dropFirst()))
            #expect(try await events.oldest() == numbers[0])
            let new = try await events.read(after: numbers[1], also: [numbers[0]], limit: 10)
            #expect(new.map(\.run) == [first.id, theirs.id])
            #expect(new[0].createdBy == one.ada.id)
            #expect(new[0].status == .queued)
            let replay = try await events.replay(after: 0, in: one.organization.id, limit: 10)
            #expect(replay.map(\.run) == [first.id, second.id])
            let ofOne = try await events.replay(after: 0, run: second.id, in: one.organization.id, limit: 10)
            #expect(ofOne.map(\.run) == [second.id])
        }
    }

    @Test(
        "Whoever signed out, was removed or has another role is told apart in one statement",
        arguments: StoreKind.allCases
    )
    func standing(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let tenant = try await Tenant.make(store)
            let good = try await SessionRepositoryTests.start(for: tenant.ada, in: store)
            let ended = try await SessionRepositoryTests.start(for: tenant.ada, in: store, token: 2)
            try await SessionRepository(store).revoke(
                ended.id,
                of: tenant.ada.id,
                in: tenant.organization.id,
                reason: .logout,
                at: TestStore.moment
            )
            let database = RecordingDatabase(store)
            let wanted = [good.id: tenant.organization.id, ended.id: tenant.organization.id]
            let roles = try await StandingRepository(database).sessions(wanted, at: TestStore.moment)
            #expect(roles == [good.id: .admin])
            #expect(database.takeStatements().count == 1)
            let elsewhere = try await StandingRepository(store).sessions(
                [good.id: Identifier(UUID())],
                at: TestStore.moment
            )
            #expect(elsewhere == [:])
        }
    }
}
