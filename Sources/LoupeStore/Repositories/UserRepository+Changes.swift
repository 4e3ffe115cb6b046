package import LoupeCore

extension UserRepository {
    /// Adds a person. An address that is taken throws a conflict on `users_email_key`.
    package static func insert(_ user: User, passwordHash: String?, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO users (org_id, id, email, email_key, name, name_key, role, password_hash, created_at, updated_at)
            VALUES (\(user.organizationID), \(user.id), \(user.email), \(user.email.folded), \(user.name),
            \(user.name.folded), \(user.role), \(passwordHash), \(user.createdAt), \(user.createdAt))
            """
        )
    }

    package func insert(_ user: User, passwordHash: String?) async throws {
        try await database.write { try Self.insert(user, passwordHash: passwordHash, in: $0) }
    }

    package static func rename(
        _ id: User.ID,
        to name: String,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try change(id, in: organization, "name = \(name), name_key = \(name.folded)", at: now, transaction)
    }

    package func rename(
        _ id: User.ID,
        to name: String,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { try Self.rename(id, to: name, in: organization, at: now, $0) }
    }

    package static func setPassword(
        hash: String,
        of id: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try change(id, in: organization, "password_hash = \(hash)", at: now, transaction)
    }

    package func setPassword(
        hash: String,
        of id: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await change(id, in: organization, "password_hash = \(hash)", at: now)
    }

    /// Throws `conflict` where it would take away the last admin.
    package static func setRole(
        _ role: Role,
        of id: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        if role != .admin { try keepAdmin(besides: id, in: organization, transaction) }
        let assignment: SQL = "role = \(role)"
        try change(id, in: organization, assignment, at: now, transaction)
    }

    package func setRole(
        _ role: Role,
        of id: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { try Self.setRole(role, of: id, in: organization, at: now, $0) }
    }

    /// Removes a person: their sessions and keys end, their schedules pass to `successor`, and their name stays on what
    /// they made. Throws `conflict` for the last admin.
    package func remove(
        _ id: User.ID,
        successor: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write {
            try Self.remove(id, successor: successor, in: organization, at: now, $0)
        }
    }

    package static func remove(
        _ id: User.ID,
        successor: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try Self.keepAdmin(besides: id, in: organization, transaction)
        let assignment: SQL = "email = NULL, email_key = NULL, password_hash = NULL, deleted_at = \(now)"
        try Self.change(id, in: organization, assignment, at: now, transaction)
        let theirs: SQL = "org_id = \(organization) AND user_id = \(id)"
        try transaction.execute(
            """
            UPDATE sessions SET revoked_at = \(now), revoked_reason = 'removed'
            WHERE \(theirs) AND revoked_at IS NULL
            """
        )
        try transaction.execute("UPDATE api_keys SET revoked_at = \(now) WHERE \(theirs) AND revoked_at IS NULL")
        for table: SQL in ["user_preferences", "password_resets", "query_drafts", "favorites", "recents"] {
            try transaction.execute("DELETE FROM \(table) WHERE \(theirs)")
        }
        try ScheduleRepository.reassign(from: id, to: successor, in: organization, at: now, transaction)
    }

    private func change(
        _ id: User.ID,
        in organization: Organization.ID,
        _ assignment: SQL,
        at now: Timestamp
    ) async throws {
        try await database.write { try Self.change(id, in: organization, assignment, at: now, $0) }
    }

    private static func change(
        _ id: User.ID,
        in organization: Organization.ID,
        _ assignment: SQL,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let count = try transaction.execute(
            """
            UPDATE users AS u SET \(assignment), updated_at = \(now), version = version + 1
            WHERE \(isHere(id, organization))
            """
        )
        guard count == 1 else { throw LoupeError.notFound("user") }
    }

    /// Locks the organization's admins, so that of two who demote each other the second sees the first's change.
    private static func keepAdmin(
        besides id: User.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        let admins: [User.ID] = try transaction.all(
            """
            SELECT id FROM users WHERE org_id = \(organization) AND role = 'admin' AND deleted_at IS NULL
            ORDER BY id\(transaction.dialect.forUpdate)
            """
        ) { try $0.id() }
        guard admins != [id] else {
            throw LoupeError(.conflict, "the last admin can be neither demoted nor removed")
        }
    }
}
