package import LoupeCore

/// What a person set for themselves: an object of at most 16 KiB.
package struct PreferencesRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// An empty object where nothing was set.
    package func find(_ user: User.ID, in organization: Organization.ID) async throws -> JSONValue {
        try await database.read { transaction in
            try transaction.first(
                "SELECT preferences FROM user_preferences WHERE org_id = \(organization) AND user_id = \(user)"
            ) { try $0.json() } ?? [:]
        }
    }

    package func set(
        _ preferences: JSONValue,
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO user_preferences (org_id, user_id, preferences, updated_at)
                VALUES (\(organization), \(user), \(preferences), \(now))
                ON CONFLICT (org_id, user_id)
                DO UPDATE SET preferences = excluded.preferences, updated_at = excluded.updated_at
                """
            )
        }
    }
}
