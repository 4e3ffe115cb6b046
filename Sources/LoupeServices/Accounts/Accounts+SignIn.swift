package import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// After so many wrong passwords for an account from one address, that address waits.
    package static let failuresPerAddress = 5
    /// After so many from anywhere, everybody waits.
    package static let failuresPerAccount = 100
    package static let lockout = Duration.seconds(900)

    /// Throws `unauthorized` for a wrong address or password alike, and `accountLocked` after too many of them: for
    /// addresses without an account too, so that nobody learns which have one.
    package func signIn(email: String, password: String, from client: Client) async throws -> SignedIn {
        let now = surroundings.now()
        let count = try await failures.count(email: email, address: client.address, since: now - Accounts.lockout)
        try refuseLocked(count, at: now)
        let known = try await users.credentials(email: email)
        guard try await hasher.verify(password, against: known?.passwordHash), let known else {
            let failure = LoginFailureRepository.Failure(email: email, address: client.address, at: now)
            try await failures.record([failure], forgottenBefore: now - Accounts.lockout)
            throw LoupeError(.unauthorized, "the address or the password is wrong")
        }
        if count.fromAddress > 0 { try await failures.clear(email: email, address: client.address) }
        try await renewHash(of: known.user, known.passwordHash, password)
        let start = sessionStart(for: known.user, from: client, at: now)
        try await sessions.insert(start.session, token: start.stored)
        return try await signedIn(known.user, start)
    }

    private func refuseLocked(_ count: LoginFailureRepository.Count, at now: Timestamp) throws {
        let last: Timestamp?
        if count.ofAccount >= Accounts.failuresPerAccount {
            last = count.lastOfAccount
        } else if count.fromAddress >= Accounts.failuresPerAddress {
            last = count.lastFromAddress
        } else {
            return
        }
        let wait = last.map { ($0 + Accounts.lockout).since(now) } ?? Accounts.lockout
        throw LoupeError(
            .accountLocked,
            "too many wrong passwords: try again later",
            retryAfter: max(wait, .seconds(1))
        )
    }

    /// A hash of yesterday's cost is made anew while the password is at hand.
    private func renewHash(of user: User, _ hash: String?, _ password: String) async throws {
        guard let hash, hasher.isOutdated(hash) else { return }
        try await users.setPassword(
            hash: try await hasher.hash(password),
            of: user.id,
            in: user.organizationID,
            at: surroundings.now()
        )
    }

    /// Whose token this is, as the session's row says now. Throws `unauthorized`.
    package func authenticate(_ token: String) async throws -> (user: User, session: Session.ID, expiresAt: Timestamp) {
        let claims = try await tokens.verify(token)
        let signed = try await sessions.find(claims.session, in: claims.organization)
        guard let signed, signed.user.id == claims.user, signed.session.revokedAt == nil,
            signed.session.expiresAt > surroundings.now()
        else { throw LoupeError(.unauthorized, "the session has ended: sign in again") }
        return (signed.user, signed.session.id, claims.expiresAt)
    }
}
