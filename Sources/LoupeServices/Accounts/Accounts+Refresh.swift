package import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// New tokens for a refresh token, which is good once; within 30 seconds it gives the same successor again (two
    /// tabs, a lost answer), and later its use ends the session. Throws `unauthorized`.
    package func refresh(_ text: String, from client: Client) async throws -> Tokens {
        let refused = LoupeError(.unauthorized, "the refresh token is not valid any more: sign in again")
        guard let token = RandomToken(text) else { throw refused }
        let now = surroundings.now()
        let successor = RandomToken()
        let context = ["refresh-successor", Base64URL.encode(token.digest)]
        let outcome = try await sessions.rotate(
            hash: token.digest,
            to: RefreshToken(hash: successor.digest, expiresAt: now + Accounts.slidingLifetime),
            sealedSuccessor: Array(try sealer.seal(successor.text, context: context).utf8),
            at: now
        )
        switch outcome {
        case .rotated(let signed): return try await tokens(for: signed.session, refresh: successor)
        case .repeated(let signed, let sealed):
            let text = try sealer.openText(String(decoding: sealed, as: UTF8.self), context: context)
            guard let first = RandomToken(text) else { throw refused }
            return try await tokens(for: signed.session, refresh: first)
        case .reused(let signed):
            let entry = AuditEntry(.sessionReuse, .init(signed.session), by: client.unknown, in: surroundings)
            try await AuditRepository(database).append(entry, in: signed.session.organizationID)
            throw refused
        case .refused: throw refused
        }
    }

    /// Ends a session.
    package func signOut(
        _ session: Session.ID,
        of user: User.ID,
        in organization: Organization.ID,
        by actor: AuditActor
    ) async throws {
        try await end(session, of: user, in: organization, reason: .logout, .sessionLogout, by: actor)
    }

    /// The caller's live sessions.
    package func sessions(_ request: ListRequest, by caller: Caller) async throws -> Page<Session> {
        try await sessions.list(request, of: caller.user, in: caller.organization, at: surroundings.now())
    }

    /// Ends a session of the caller's. Throws `not_found`.
    package func revoke(_ session: Session.ID, by caller: Caller) async throws {
        try await end(
            session,
            of: caller.user,
            in: caller.organization,
            reason: .user,
            .sessionRevoke,
            by: caller.auditActor
        )
    }

    private func end(
        _ session: Session.ID,
        of user: User.ID,
        in organization: Organization.ID,
        reason: SessionRepository.RevocationReason,
        _ action: AuditAction,
        by actor: AuditActor
    ) async throws {
        let subject = AuditEntry.Subject(type: "session", id: session.uuid)
        let entry = AuditEntry(action, subject, by: actor, in: surroundings)
        try await database.write { transaction in
            try SessionRepository.revoke(session, of: user, in: organization, reason: reason, at: entry.at, transaction)
            try AuditRepository.append(entry, in: organization, transaction)
        }
    }

    /// Ends the session of a refresh token; a token that is none ends nothing.
    package func signOut(refreshToken text: String, from client: Client) async throws {
        guard let token = RandomToken(text) else { return }
        let surroundings = surroundings
        try await database.write { transaction in
            let signed = try SessionRepository.revoke(
                tokenHash: token.digest,
                reason: .logout,
                at: surroundings.now(),
                transaction
            )
            guard let signed else { return }
            let actor = client.actor(signed.user)
            let entry = AuditEntry(.sessionLogout, .init(signed.session), by: actor, in: surroundings)
            try AuditRepository.append(entry, in: signed.user.organizationID, transaction)
        }
    }
}
