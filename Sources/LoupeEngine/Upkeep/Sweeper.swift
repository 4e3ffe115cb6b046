import LoupeCore
import LoupeResults
import LoupeStore

/// Removes what has had its time, in small batches so that no writer waits for it.
struct Sweeper: Sendable {
    let database: any Database
    let results: ResultStore
    let work: WorkRepository
    let surroundings: Surroundings
    private var retention: Retention

    init(database: any Database, results: ResultStore, work: WorkRepository, surroundings: Surroundings) {
        self.database = database
        self.results = results
        self.work = work
        self.surroundings = surroundings
        retention = Retention(database: database)
    }

    /// How long a status change can still be asked for by an event stream.
    private static let eventLifetime = Duration.seconds(3600)

    /// Whether more is left than one sweep takes: then the next should come soon.
    mutating func sweep() async throws -> Bool {
        let now = surroundings.now()
        while try await work.sweep() == 500 {}
        while try await BinRepository(database).sweep(before: now - BinItem.lifetime) > 0 {}
        while try await SessionRepository(database).sweep(before: now) == 500 {}
        while try await LoginFailureRepository(database).sweep(before: now - Lockout.longMemory) == 500 {}
        while try await PasswordResetRepository(database).sweep(before: now - .seconds(3600)) == 500 {}
        try await deleteAll(
            """
            DELETE FROM run_events WHERE seq IN
                (SELECT seq FROM run_events WHERE created_at < \(now - Sweeper.eventLifetime) LIMIT 500)
            """
        )
        try await deleteAll(
            """
            DELETE FROM idempotency_keys WHERE (org_id, user_id, idempotency_key) IN
                (SELECT org_id, user_id, idempotency_key FROM idempotency_keys WHERE expires_at < \(now) LIMIT 500)
            """
        )
        let isMoreLeft = try await retention.enforce(at: now)
        while try await results.sweep().isMoreLeft {}
        return isMoreLeft
    }

    private func deleteAll(_ batch: SQL) async throws {
        while try await database.write({ try $0.execute(batch) }) == 500 {}
    }
}
