package import LoupeCore

/// A refresh token as it is stored: its SHA-256, never itself.
package struct RefreshToken: Hashable, Sendable {
    /// 32 bytes.
    package let hash: [UInt8]
    package let expiresAt: Timestamp

    package init(hash: [UInt8], expiresAt: Timestamp) {
        self.hash = hash
        self.expiresAt = expiresAt
    }
}

/// What became of a refresh.
package enum RefreshOutcome: Hashable, Sendable {
    /// The new token is the family's newest.
    case rotated(SessionRepository.Signed)
    /// The token was replaced just now: its successor as it was sealed then (two tabs, or an answer that got lost).
    case repeated(SessionRepository.Signed, successor: [UInt8])
    /// An old token was used again: the session is revoked.
    case reused(SessionRepository.Signed)
    /// No such token, or it or its session ended.
    case refused
}

extension SessionRepository {
    /// Starts a session with the first token of its family.
    package static func insert(_ session: Session, token: RefreshToken, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO sessions (org_id, id, user_id, user_agent, address, created_at, last_seen_at, expires_at)
            VALUES (\(session.organizationID), \(session.id), \(session.userID), \(session.userAgent),
            \(session.address), \(session.createdAt), \(session.lastSeenAt), \(session.expiresAt))
            """
        )
        try insert(token, of: session, at: session.createdAt, transaction)
    }

    package func insert(_ session: Session, token: RefreshToken) async throws {
        try await database.write { try Self.insert(session, token: token, in: $0) }
    }

    /// Replaces a token by its successor, once.
    ///
    /// `sealedSuccessor` is the successor's text, sealed: within `grace` the replaced token is answered with it again.
    /// After that, its use revokes the family.
    package func rotate(
        hash: [UInt8],
        to successor: RefreshToken,
        sealedSuccessor: [UInt8],
        grace: Duration = .seconds(30),
        at now: Timestamp
    ) async throws -> RefreshOutcome {
        try await database.write { transaction in
            guard let presented = try Self.presented(hash, transaction) else { return .refused }
            let session = presented.signed.session
            guard session.revokedAt == nil, session.expiresAt > now else { return .refused }
            if let replacedAt = presented.replacedAt, let sealed = presented.successor {
                if now < replacedAt + grace { return .repeated(presented.signed, successor: sealed) }
                try Self.revoke(Self.row(session), reason: .reuse, at: now, transaction)
                return .reused(presented.signed)
            }
            guard presented.expiresAt > now else { return .refused }
            try transaction.execute(
                """
                UPDATE refresh_tokens SET replaced_at = \(now), successor = \(sealedSuccessor)
                WHERE token_hash = \(hash)
                """
            )
            try Self.insert(successor, of: session, at: now, transaction)
            try transaction.execute("UPDATE sessions SET last_seen_at = \(now) WHERE \(Self.row(session))")
            return .rotated(presented.signed)
        }
    }

    /// Ends the session of a refresh token, whatever its state; nil where there is none.
    package static func revoke(
        tokenHash: [UInt8],
        reason: RevocationReason,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Signed? {
        guard let signed = try presented(tokenHash, transaction)?.signed else { return nil }
        try revoke(row(signed.session), reason: reason, at: now, transaction)
        return signed
    }

    package func revoke(tokenHash: [UInt8], reason: RevocationReason, at now: Timestamp) async throws -> Signed? {
        try await database.write { try Self.revoke(tokenHash: tokenHash, reason: reason, at: now, $0) }
    }

    private struct Presented {
        let expiresAt: Timestamp
        let replacedAt: Timestamp?
        let successor: [UInt8]?
        let signed: Signed
    }

    /// The lock on the token's row makes the second of two tabs wait for the first's successor.
    private static func presented(_ hash: [UInt8], _ transaction: any Transaction) throws -> Presented? {
        let lock: SQL = transaction.dialect == .postgres ? " FOR UPDATE OF t" : ""
        return try transaction.first(
            """
            SELECT t.expires_at, t.replaced_at, t.successor, \(columns), \(UserRepository.columns)
            FROM refresh_tokens AS t
            JOIN sessions AS s ON s.org_id = t.org_id AND s.id = t.session_id
            JOIN users AS u ON u.org_id = s.org_id AND u.id = s.user_id AND u.deleted_at IS NULL
            WHERE t.token_hash = \(hash)\(lock)
            """
        ) { row in
            Presented(
                expiresAt: try row.timestamp(),
                replacedAt: try row.optionalTimestamp(),
                successor: try row.optionalBytes(),
                signed: Signed(session: try Session(row: &row), user: try User(row: &row))
            )
        }
    }

    private static func insert(
        _ token: RefreshToken,
        of session: Session,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO refresh_tokens (token_hash, org_id, session_id, created_at, expires_at)
            VALUES (\(token.hash), \(session.organizationID), \(session.id), \(now), \(token.expiresAt))
            """
        )
    }

    private static func row(_ session: Session) -> SQL {
        "org_id = \(session.organizationID) AND id = \(session.id)"
    }
}
