package import LoupeCore

/// What a person set for themselves: an object of at most 16 KiB.
package struct PreferencesRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package static let maximumBytes = 16_384

    /// An empty object where nothing was set.
    package func find(_ user: User.ID, in organization: Organization.ID) async throws -> JSONValue {
        try await database.read { try Self.find(user, in: organization, $0) }
    }

    private static func find(
        _ user: User.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> JSONValue {
        try transaction.first(
            "SELECT preferences FROM user_preferences WHERE org_id = \(organization) AND user_id = \(user)"
        ) { try $0.json() } ?? [:]
    }

    /// Sets the members that `changes` names and removes those that it sets to null; what is kept then. Throws
    /// `validation_failed` where that would be over 16 KiB.
    package func merge(
        _ changes: [String: JSONValue],
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws -> JSONValue {
        try await database.write { transaction in
            // Two changes at once must not lose each other's members.
            _ = try transaction.first(
                """
                SELECT id FROM users
                WHERE org_id = \(organization) AND id = \(user)\(transaction.dialect.forUpdate)
                """
            ) { try $0.uuid() }
            guard case .object(var members) = try Self.find(user, in: organization, transaction) else { return [:] }
            for (name, value) in changes {
                if value == .null { members.removeValue(forKey: name) } else { members[name] = value }
            }
            let merged = JSONValue.object(members)
            guard merged.canonicalText.utf8.count <= Self.maximumBytes else {
                throw LoupeError.invalid("preferences", "must be at most \(Self.maximumBytes) bytes")
            }
            try Self.set(merged, of: user, in: organization, at: now, transaction)
            return merged
        }
    }

    package func set(
        _ preferences: JSONValue,
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { try Self.set(preferences, of: user, in: organization, at: now, $0) }
    }

    private static func set(
        _ preferences: JSONValue,
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
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
