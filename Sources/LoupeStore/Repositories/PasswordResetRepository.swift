package import LoupeCore

/// Tokens by which somebody sets a new password who forgot the old one. The store knows them by their SHA-256.
package struct PasswordResetRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package static let lifetime = Duration.seconds(3600)

    /// Adds a token for a person, unless they were given `limit` in the last hour; whether it was added.
    package static func insert(
        tokenHash: [UInt8],
        for user: User,
        limit: Int,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Bool {
        let theirs: SQL = "org_id = \(user.organizationID) AND user_id = \(user.id)"
        // Two requests at once must not both see room.
        let found: User.ID? = try transaction.first(
            """
            SELECT id FROM users WHERE org_id = \(user.organizationID) AND id = \(user.id)
            AND deleted_at IS NULL\(transaction.dialect.forUpdate)
            """
        ) { try $0.id() }
        guard found != nil else { return false }
        let recent = try transaction.count(
            "SELECT count(*) FROM password_resets WHERE \(theirs) AND created_at > \(now - .seconds(3600))"
        )
        guard recent < limit else { return false }
        try transaction.execute(
            """
            INSERT INTO password_resets (token_hash, org_id, user_id, created_at, expires_at)
            VALUES (\(tokenHash), \(user.organizationID), \(user.id), \(now), \(now + lifetime))
            """
        )
        return true
    }

    /// Whose good token it is; nil where it is unknown, used or expired.
    package func find(tokenHash: [UInt8], at now: Timestamp) async throws -> User? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(UserRepository.columns) FROM password_resets AS r
                JOIN users AS u ON u.org_id = r.org_id AND u.id = r.user_id AND u.deleted_at IS NULL
                WHERE r.token_hash = \(tokenHash) AND r.used_at IS NULL AND r.expires_at > \(now)
                """,
                as: User.init(row:)
            )
        }
    }

    /// Uses a token up, and every other of that person with it; whether it was still good.
    package static func use(
        tokenHash: [UInt8],
        of user: User,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Bool {
        let theirs: SQL = "org_id = \(user.organizationID) AND user_id = \(user.id) AND used_at IS NULL"
        let count = try transaction.execute(
            """
            UPDATE password_resets SET used_at = \(now)
            WHERE token_hash = \(tokenHash) AND \(theirs) AND expires_at > \(now)
            """
        )
        guard count == 1 else { return false }
        try forget(user.id, in: user.organizationID, at: now, transaction)
        return true
    }

    /// Makes every token of a person useless: their password was changed. They still count for the hour's limit.
    package static func forget(
        _ user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE password_resets SET used_at = \(now)
            WHERE org_id = \(organization) AND user_id = \(user) AND used_at IS NULL
            """
        )
    }

    /// Removes at most `limit` tokens that expired before `time`; how many went.
    package func sweep(before time: Timestamp, limit: Int = 500) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM password_resets WHERE token_hash IN
                (SELECT token_hash FROM password_resets WHERE expires_at < \(time) ORDER BY expires_at LIMIT \(limit))
                """
            )
        }
    }
}
