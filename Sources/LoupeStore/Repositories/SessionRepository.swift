package import LoupeCore

/// Sessions: one for a signed-in browser or program. A request trusts its session's row, not what its token says.
package struct SessionRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// A session with the person whose it is, as they are now.
    package struct Signed: Hashable, Sendable {
        package let session: Session
        package let user: User

        package init(session: Session, user: User) {
            self.session = session
            self.user = user
        }
    }

    /// Why a session ended.
    package enum RevocationReason: String, CaseIterable, Sendable {
        case logout
        /// From the list of sessions.
        case user
        /// A refresh token was used again.
        case reuse
        case password
        case removed
    }

    /// The session and its person, in one keyed read; nil where either is gone. A revoked or expired session is
    /// returned as it is.
    package func find(_ id: Session.ID, in organization: Organization.ID) async throws -> Signed? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(Self.columns), \(UserRepository.columns) FROM sessions AS s
                JOIN users AS u ON u.org_id = s.org_id AND u.id = s.user_id AND u.deleted_at IS NULL
                WHERE s.org_id = \(organization) AND s.id = \(id)
                """
            ) { row in Signed(session: try Session(row: &row), user: try User(row: &row)) }
        }
    }

    /// A person's live sessions, the last seen first unless asked otherwise.
    package func list(
        _ request: ListRequest,
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws -> Page<Session> {
        let query = ListQuery(
            columns: Self.columns,
            from: "sessions AS s",
            filter: """
                s.org_id = \(organization) AND s.user_id = \(user) AND s.revoked_at IS NULL AND s.expires_at > \(now)
                """,
            id: "s.id",
            sorts: [
                ListSort("last_seen_at", "s.last_seen_at", .time), ListSort("created_at", "s.created_at", .time),
            ]
        )
        return try await database.read { try query.page(request, in: $0, as: Session.init(row:)) }
    }

    /// Ends a session of that person. Throws `notFound` where it is not theirs; ending an ended one does nothing.
    package static func revoke(
        _ id: Session.ID,
        of user: User.ID,
        in organization: Organization.ID,
        reason: RevocationReason,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let mine: SQL = "org_id = \(organization) AND id = \(id) AND user_id = \(user)"
        guard try transaction.count("SELECT count(*) FROM sessions WHERE \(mine)") == 1 else {
            throw LoupeError.notFound("session")
        }
        try revoke(mine, reason: reason, at: now, transaction)
    }

    package func revoke(
        _ id: Session.ID,
        of user: User.ID,
        in organization: Organization.ID,
        reason: RevocationReason,
        at now: Timestamp
    ) async throws {
        try await database.write {
            try Self.revoke(id, of: user, in: organization, reason: reason, at: now, $0)
        }
    }

    /// Ends a person's sessions, but for the one that is kept.
    package static func revokeAll(
        of user: User.ID,
        in organization: Organization.ID,
        except kept: Session.ID? = nil,
        reason: RevocationReason,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        var theirs: SQL = "org_id = \(organization) AND user_id = \(user)"
        if let kept { theirs += " AND id <> \(kept)" }
        try revoke(theirs, reason: reason, at: now, transaction)
    }

    package func revokeAll(
        of user: User.ID,
        in organization: Organization.ID,
        except kept: Session.ID? = nil,
        reason: RevocationReason,
        at now: Timestamp
    ) async throws {
        try await database.write {
            try Self.revokeAll(of: user, in: organization, except: kept, reason: reason, at: now, $0)
        }
    }

    /// Notes when sessions were last seen, many at once: SQLite has one writer for everything.
    package func touch(_ seen: [(session: Session.ID, organization: Organization.ID, at: Timestamp)]) async throws {
        try await database.write { transaction in
            for one in seen {
                try transaction.execute(
                    """
                    UPDATE sessions SET last_seen_at = \(one.at)
                    WHERE org_id = \(one.organization) AND id = \(one.session) AND last_seen_at < \(one.at)
                    """
                )
            }
        }
    }

    /// Removes at most `limit` sessions that expired before `time`, with their tokens; how many went.
    package func sweep(before time: Timestamp, limit: Int = 500) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM sessions WHERE (org_id, id) IN
                (SELECT org_id, id FROM sessions WHERE expires_at < \(time) ORDER BY expires_at LIMIT \(limit))
                """
            )
        }
    }

    static func revoke(
        _ which: SQL,
        reason: RevocationReason,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE sessions SET revoked_at = \(now), revoked_reason = \(reason)
            WHERE \(which) AND revoked_at IS NULL
            """
        )
    }

    static let columns: SQL = """
        s.id, s.user_id, s.org_id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at, s.revoked_at
        """
}

extension Session {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            userID: try row.id(),
            organizationID: try row.id(),
            userAgent: try row.text(),
            address: try row.text(),
            createdAt: try row.timestamp(),
            lastSeenAt: try row.timestamp(),
            expiresAt: try row.timestamp(),
            revokedAt: try row.optionalTimestamp()
        )
    }
}
