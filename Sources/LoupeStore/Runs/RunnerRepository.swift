package import Foundation
package import LoupeCore

/// Runners and their beats. A beat is a counter, not a time: whether it moves is judged by the reaper's own
/// monotonic clock, so that no wall clock decides over life and death.
package struct RunnerRepository: Sendable {
    package let database: any Database
    let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// What a runner says of itself.
    package struct Card: Sendable {
        package var id: String
        package var concurrency: Int
        package var host: String
        package var version: String

        package init(id: String, concurrency: Int, host: String, version: String) {
            self.id = id
            self.concurrency = concurrency
            self.host = host
            self.version = version
        }
    }

    /// Signs a runner on; a new incarnation of the same id takes the old one's place.
    package func register(_ card: Card) async throws -> UUID {
        let now = surroundings.now()
        let incarnation = UUID.version7(at: now, random: surroundings.random())
        _ = try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO runners (id, incarnation, beat, concurrency, host, version, started_at, beat_at)
                VALUES (\(card.id), \(SQLValue.uuid(incarnation)), 0, \(card.concurrency), \(card.host),
                    \(card.version), \(now), \(now))
                ON CONFLICT (id) DO UPDATE
                SET incarnation = excluded.incarnation, beat = 0, concurrency = excluded.concurrency,
                    host = excluded.host, version = excluded.version, started_at = excluded.started_at,
                    beat_at = excluded.beat_at
                """
            )
        }
        return incarnation
    }

    /// Moves the beat. False where another incarnation took the place.
    package func beat(_ id: String, incarnation: UUID) async throws -> Bool {
        let now = surroundings.now()
        return try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE runners SET beat = beat + 1, beat_at = \(now)
                WHERE id = \(id) AND incarnation = \(SQLValue.uuid(incarnation))
                """
            ) == 1
        }
    }

    package func signOff(_ id: String, incarnation: UUID) async throws {
        _ = try await database.write { transaction in
            try transaction.execute(
                "DELETE FROM runners WHERE id = \(id) AND incarnation = \(SQLValue.uuid(incarnation))"
            )
        }
    }

    /// A beat as the reaper compares it.
    package struct Beat: Hashable, Sendable {
        package let incarnation: UUID
        package let count: Int64
    }

    package func beats() async throws -> [String: Beat] {
        let rows = try await database.read { transaction in
            try transaction.all("SELECT id, incarnation, beat FROM runners") { row in
                (try row.text(), Beat(incarnation: try row.uuid(), count: try row.integer()))
            }
        }
        return Dictionary(rows) { _, last in last }
    }

    /// A run that a runner holds.
    package struct Held: Sendable {
        package let run: Run.ID
        package let organization: Organization.ID
        package let lease: UUID
        package let attempt: Int
        package let runner: String
    }

    /// Whether any incarnation of the runner is signed on.
    package func isRegistered(_ id: String) async throws -> Bool {
        try await database.read { try $0.count("SELECT count(*) FROM runners WHERE id = \(id)") } > 0
    }

    /// What runs, by whom: at most a thousand at a time. `runner` for one runner's own.
    package func held(by runner: String? = nil) async throws -> [Held] {
        let whose: SQL = runner.map { " AND runner_id = \($0)" } ?? ""
        return try await database.read { transaction in
            try transaction.all(
                """
                SELECT id, org_id, lease_token, attempt, runner_id FROM runs WHERE status = 'running'\(whose) LIMIT 1000
                """
            ) { row in
                Held(
                    run: try row.id(),
                    organization: try row.id(),
                    lease: try row.uuid(),
                    attempt: try row.int(),
                    runner: try row.text()
                )
            }
        }
    }
}
