import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Errands in the store")
struct WorkRepositoryTests {
    private func item(_ kit: RunKit, _ kind: WorkItem.Kind = .test, on source: Datasource? = nil) -> WorkItem {
        WorkItem(
            id: kit.surroundings.newID(),
            organizationID: kit.tenant.organization.id,
            kind: kind,
            datasourceID: source?.id,
            createdAt: kit.surroundings.now()
        )
    }

    @Test("Eight claimers at once take each errand once, the oldest first", arguments: StoreKind.allCases)
    func claims(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            for _ in 0..<40 { try await kit.work.enqueue(item(kit), by: kit.tenant.ada.id) }
            let ids = try await withThrowingTaskGroup(of: [WorkItem.ID].self) { group in
                for number in 1...8 {
                    group.addTask {
                        var taken: [WorkItem.ID] = []
                        while true {
                            let claims = try await kit.work.claim(runner: "r\(number)", slots: 2)
                            if claims.isEmpty { return taken }
                            taken += claims.map(\.item.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(ids.count == 40)
            #expect(Set(ids).count == 40)
        }
    }

    @Test("Only the holder of the lease answers, once", arguments: StoreKind.allCases)
    func fence(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let item = item(kit)
            try await kit.work.enqueue(item, by: kit.tenant.ada.id)
            let old = try #require(try await kit.work.claim(runner: "old", slots: 1).first)
            try await kit.work.loseRunners(except: [])
            let new = try #require(try await kit.work.claim(runner: "new", slots: 1).first)
            #expect(try await !kit.work.answer(old, .completed("late")))
            #expect(try await kit.work.find(item.id, in: kit.tenant.organization.id) == nil)
            #expect(try await kit.work.answer(new, .completed("right")))
            #expect(try await !kit.work.answer(new, .completed("twice")))
            guard case .completed(let value)? = try await kit.work.find(item.id, in: kit.tenant.organization.id) else {
                Issue.record("there is no answer")
                return
            }
            #expect(value == "right")
        }
    }

    @Test("An errand whose second runner dies too has failed", arguments: StoreKind.allCases)
    func lost(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let item = item(kit)
            try await kit.work.enqueue(item, by: kit.tenant.ada.id)
            for runner in ["a", "b"] {
                #expect(try await kit.work.claim(runner: runner, slots: 1).count == 1)
                try await kit.work.loseRunners(except: [])
            }
            #expect(try await kit.work.claim(runner: "c", slots: 1).isEmpty)
            guard case .failed(let error)? = try await kit.work.find(item.id, in: kit.tenant.organization.id) else {
                Issue.record("it did not fail")
                return
            }
            #expect(error.code == "runner_lost")
        }
    }

    @Test("An errand of another organization does not exist", arguments: StoreKind.allCases)
    func tenancy(kind: StoreKind) async throws {
        try await RunKit.with(kind) { kit in
            let item = item(kit)
            try await kit.work.enqueue(item, by: kit.tenant.ada.id)
            let other = try await Tenant.make(kit.tenant.database, name: "Other")
            let error = await #expect(throws: LoupeError.self) {
                try await kit.work.find(item.id, in: other.organization.id)
            }
            #expect(error?.code == .notFound)
        }
    }
}
