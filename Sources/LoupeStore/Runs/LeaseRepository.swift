package import Foundation
package import LoupeCore

/// Named leases, of which one process at a time holds each: the scheduler's leader. An advisory lock would survive a
/// SIGSTOP; a lease whose beat stands still is taken over.
package struct LeaseRepository: Sendable {
    let database: any Database
    let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// A lease as it stands; whether its beat moves is judged by the observer's own monotonic clock.
    package struct Standing: Hashable, Sendable {
        package let token: UUID
        package let beat: Int64
        package let holder: String
    }

    package func find(_ name: String) async throws -> Standing? {
        try await database.read { transaction in
            try transaction.first("SELECT token, beat, holder FROM leases WHERE name = \(name)") { row in
                Standing(token: try row.uuid(), beat: try row.integer(), holder: try row.text())
            }
        }
    }

    /// Takes a lease that nobody holds (`over` nil) or that stands still; nil where somebody else was faster.
    package func take(_ name: String, holder: String, over old: Standing?) async throws -> UUID? {
        let now = surroundings.now()
        let token = UUID.version7(at: now, random: surroundings.random())
        let changed = try await database.write { transaction in
            guard let old else {
                return try transaction.execute(
                    """
                    INSERT INTO leases (name, holder, token, beat, acquired_at, beat_at)
                    VALUES (\(name), \(holder), \(SQLValue.uuid(token)), 0, \(now), \(now))
                    ON CONFLICT (name) DO NOTHING
                    """
                )
            }
            return try transaction.execute(
                """
                UPDATE leases SET holder = \(holder), token = \(SQLValue.uuid(token)), beat = 0, acquired_at = \(now),
                    beat_at = \(now)
                WHERE name = \(name) AND token = \(SQLValue.uuid(old.token)) AND beat = \(Int(old.beat))
                """
            )
        }
        return changed == 1 ? token : nil
    }

    /// Moves the beat; false where the lease was taken over.
    package func beat(_ name: String, token: UUID) async throws -> Bool {
        let now = surroundings.now()
        return try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE leases SET beat = beat + 1, beat_at = \(now)
                WHERE name = \(name) AND token = \(SQLValue.uuid(token))
                """
            ) == 1
        }
    }

    package func giveUp(_ name: String, token: UUID) async throws {
        _ = try await database.write { transaction in
            try transaction.execute("DELETE FROM leases WHERE name = \(name) AND token = \(SQLValue.uuid(token))")
        }
    }
}
