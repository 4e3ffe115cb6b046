import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Synchronization

/// What a test of runs works with.
struct RunKit {
    let tenant: Tenant
    let surroundings: Surroundings

    /// A millisecond passes each time that somebody looks at the clock.
    init(_ tenant: Tenant) {
        self.tenant = tenant
        let clock = SteppingClock()
        surroundings = Surroundings(now: { clock.next() }, random: Surroundings.system.random)
    }

    static func with(_ kind: StoreKind, _ body: (RunKit) async throws -> Void) async throws {
        try await kind.withStore { database in try await body(RunKit(try await Tenant.make(database))) }
    }

    var runs: RunRepository {
        RunRepository(database: tenant.database, surroundings: surroundings, signals: SignalHub())
    }

    var work: WorkRepository {
        WorkRepository(database: tenant.database, surroundings: surroundings, signals: SignalHub())
    }

    /// A run about to be queued; its id is of the moment it was made in.
    func new(
        on datasource: Datasource,
        by person: User? = nil,
        sql: String = "SELECT 1",
        priority: RunPriority = .interactive,
        attempts: Int = 3
    ) -> RunRepository.New {
        var limits = QueryLimits()
        limits.maxRetries = attempts - 1
        let run = Run(
            id: surroundings.newID(),
            organizationID: tenant.organization.id,
            datasourceID: datasource.id,
            datasourceRevision: datasource.revision,
            sql: sql,
            timeZone: "UTC",
            trigger: .user,
            priority: priority,
            limits: limits,
            createdBy: (person ?? tenant.ada).id,
            createdAt: surroundings.now()
        )
        let hash = Array(repeating: 0, count: max(0, 32 - sql.utf8.count)) + Array(sql.utf8.suffix(32))
        return RunRepository.New(run: run, bound: [], sqlHash: hash, fingerprint: hash)
    }

    @discardableResult
    func queue(_ count: Int, on datasource: Datasource, by person: User? = nil) async throws -> [Run.ID] {
        var ids: [Run.ID] = []
        for _ in 0..<count {
            let new = new(on: datasource, by: person)
            try await runs.enqueue(new)
            ids.append(new.run.id)
        }
        return ids
    }

    /// Ends a claimed run as its runner would.
    @discardableResult
    func end(
        _ claim: RunClaim,
        _ ending: RunState.Outcome = .completed,
        error: QueryFailure? = nil,
        retryAfter: Duration = .zero
    ) async throws -> Bool {
        try await runs.end(claim, ending, outcome: Run.Outcome(), result: nil, error: error, retryAfter: retryAfter)
    }

    func find(_ id: Run.ID) async throws -> Run {
        try await runs.find(id, in: tenant.organization.id)
    }

    func count(_ sql: SQL) async throws -> Int {
        try await tenant.database.read { try $0.count(sql) }
    }
}

/// Of the test alone: each look is a millisecond later than the last.
private final class SteppingClock: Sendable {
    private let steps = Mutex<Int64>(0)

    func next() -> Timestamp {
        let step = steps.withLock { steps in
            steps += 1
            return steps
        }
        return TestStore.moment + .milliseconds(step)
    }
}
