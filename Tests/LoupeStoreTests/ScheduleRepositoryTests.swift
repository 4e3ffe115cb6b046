import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Schedules in the store")
struct ScheduleRepositoryTests {
    private static func query(_ tenant: Tenant) async throws -> SavedQuery {
        let query = tenant.query("Delays", on: try await tenant.addDatasource())
        try await QueryRepository(tenant.database).insert(query)
        return query
    }

    private static func schedule(
        _ name: String,
        of query: SavedQuery,
        next: Timestamp? = TestStore.moment,
        tags: [String] = [],
        after: Duration = .zero
    ) -> Schedule {
        var schedule = Schedule(
            id: Identifier(UUID()),
            organizationID: query.organizationID,
            queryID: query.id,
            queryName: query.name,
            name: name,
            cronExpression: "0 9 * * MON-FRI",
            timeZone: "Europe/Berlin",
            parameters: ["start": "-7d", "airports": ["JFK", "LGA"]],
            tags: tags,
            isEnabled: next != nil,
            createdBy: query.createdBy,
            createdByName: query.createdByName,
            createdAt: TestStore.moment + after,
            updatedAt: TestStore.moment + after
        )
        schedule.history.nextRunAt = next
        return schedule
    }

    private static func code(_ body: () async throws -> Void) async -> LoupeError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? LoupeError)?.code
        }
    }

    @Test("A schedule comes back as it was saved", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let schedule = Self.schedule("Morning", of: try await Self.query(tenant), tags: ["a", "b"])
            let schedules = ScheduleRepository(database)
            try await schedules.insert(schedule)
            #expect(try await schedules.find(schedule.id, in: tenant.organization.id) == schedule)
        }
    }

    @Test("Another organization's schedule is not found, and its query not taken", arguments: StoreKind.allCases)
    func isolation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let (one, other) = (try await Tenant.make(database), try await Tenant.make(database))
            let query = try await Self.query(one)
            let schedule = Self.schedule("Morning", of: query)
            let schedules = ScheduleRepository(database)
            try await schedules.insert(schedule)
            let there = other.organization.id
            #expect(await Self.code { _ = try await schedules.find(schedule.id, in: there) } == .notFound)
            #expect(
                await Self.code {
                    try await schedules.delete(schedule.id, by: nil, in: there, at: TestStore.moment)
                } == .notFound
            )
            #expect(try await schedules.list(ListRequest(), in: there).items == [])
            var theirs = Self.schedule("Mine", of: try await Self.query(other))
            theirs.queryID = query.id
            let stolen = theirs
            #expect(await Self.code { try await schedules.insert(stolen) } == .validationFailed)
        }
    }

    @Test(
        "A change raises the version, and leaves the next time alone unless it is about it",
        arguments: StoreKind.allCases
    )
    func changes(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let schedules = ScheduleRepository(database)
            var schedule = Self.schedule("Morning", of: try await Self.query(tenant), tags: ["a"])
            try await schedules.insert(schedule)
            schedule.name = "Evening"
            schedule.tags = ["z"]
            schedule.history.nextRunAt = nil
            let now = TestStore.moment + .seconds(60)
            let renamed = try await schedules.update(schedule, isRescheduled: false, at: now)
            #expect(renamed.name == "Evening")
            #expect(renamed.tags == ["z"])
            #expect(renamed.version == 2)
            #expect(renamed.updatedAt == now)
            #expect(renamed.history.nextRunAt == TestStore.moment)
            let stale = schedule
            #expect(
                await Self.code {
                    _ = try await schedules.update(stale, isRescheduled: true, at: now)
                } == .preconditionFailed
            )
            var moved = renamed
            moved.history.nextRunAt = now
            #expect(try await schedules.update(moved, isRescheduled: true, at: now).history.nextRunAt == now)
        }
    }

    @Test("A deleted schedule is in no list, in no search, and never due", arguments: StoreKind.allCases)
    func deletion(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let organization = tenant.organization.id
            let schedules = ScheduleRepository(database)
            let schedule = Self.schedule("Morning", of: try await Self.query(tenant))
            try await schedules.insert(schedule)
            #expect(
                await Self.code {
                    try await schedules.delete(
                        schedule.id,
                        version: 7,
                        by: nil,
                        in: organization,
                        at: TestStore.moment
                    )
                } == .preconditionFailed
            )
            #expect(try await schedules.list(ListRequest(search: "morn"), in: organization).items.count == 1)
            #expect(try await schedules.due(at: TestStore.moment, limit: 10).count == 1)
            try await schedules.delete(
                schedule.id,
                version: 1,
                by: tenant.ada.id,
                in: organization,
                at: TestStore.moment
            )
            #expect(await Self.code { _ = try await schedules.find(schedule.id, in: organization) } == .notFound)
            #expect(try await schedules.list(ListRequest(), in: organization).items == [])
            #expect(try await schedules.list(ListRequest(search: "morn"), in: organization).items == [])
            #expect(try await schedules.due(at: TestStore.moment, limit: 10).isEmpty)
            #expect(try await schedules.unplanned(limit: 10).isEmpty)
            #expect(try await schedules.nextDue() == nil)
        }
    }

    @Test("Lists are filtered, searched and sorted, page by page", arguments: StoreKind.allCases)
    func lists(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let organization = tenant.organization.id
            let (query, other) = (try await Self.query(tenant), try await Self.query(tenant))
            let schedules = ScheduleRepository(database)
            let moment = TestStore.moment
            let hour = Duration.seconds(3600)
            for schedule in [
                Self.schedule("b", of: query, next: moment + hour, tags: ["x", "y"], after: .seconds(1)),
                Self.schedule("C", of: query, next: nil, tags: ["x"], after: .seconds(2)),
                Self.schedule("a", of: other, next: moment, after: .seconds(3)),
            ] { try await schedules.insert(schedule) }
            func names(_ sort: String, _ direction: SortDirection, byCursor: Bool) async throws -> [String] {
                try await Page.everything(limit: 1, sortBy: sort, direction: direction, byCursor: byCursor) {
                    try await schedules.list($0, in: organization)
                }.map(\.name)
            }
            for byCursor in [false, true] {
                #expect(try await names("name", .ascending, byCursor: byCursor) == ["a", "b", "C"])
                #expect(try await names("created_at", .descending, byCursor: byCursor) == ["a", "C", "b"])
                #expect(try await names("updated_at", .ascending, byCursor: byCursor) == ["b", "C", "a"])
                // What is disabled has no next time, and comes last.
                #expect(try await names("next_run_at", .ascending, byCursor: byCursor) == ["a", "b", "C"])
                #expect(try await names("next_run_at", .descending, byCursor: byCursor) == ["b", "a", "C"])
            }
            func found(
                _ request: ListRequest,
                query: SavedQuery.ID? = nil,
                isEnabled: Bool? = nil
            ) async throws -> Set<String> {
                Set(
                    try await schedules.list(request, query: query, isEnabled: isEnabled, in: organization)
                        .items.map(\.name)
                )
            }
            #expect(try await found(ListRequest(), query: other.id) == ["a"])
            #expect(try await found(ListRequest(), isEnabled: true) == ["a", "b"])
            #expect(try await found(ListRequest(), isEnabled: false) == ["C"])
            #expect(try await found(ListRequest(tags: ["x"])) == ["b", "C"])
            #expect(try await found(ListRequest(tags: ["x", "y"])) == ["b"])
            #expect(try await found(ListRequest(search: "c")) == ["C"])
        }
    }

    @Test("Somebody's schedules pass to somebody else, of one organization only", arguments: StoreKind.allCases)
    func reassignment(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let bob = try await tenant.addUser("Bob")
            let organization = tenant.organization.id
            let schedules = ScheduleRepository(database)
            let query = try await Self.query(tenant)
            var his = Self.schedule("his", of: query)
            his.createdBy = bob.id
            let hers = Self.schedule("hers", of: query)
            for schedule in [his, hers] { try await schedules.insert(schedule) }
            let now = TestStore.moment + .seconds(1)
            let count = try await database.write { transaction in
                try ScheduleRepository.reassign(
                    from: bob.id,
                    to: tenant.ada.id,
                    in: organization,
                    at: now,
                    transaction
                )
            }
            #expect(count == 1)
            let passed = try await schedules.find(his.id, in: organization)
            #expect(passed.createdBy == tenant.ada.id)
            #expect(passed.createdByName == "Ada")
            #expect(passed.version == 2)
            #expect(try await schedules.find(hers.id, in: organization).version == 1)
        }
    }
}
