import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// Throws `unauthorized` for a wrong address or password alike, and `accountLocked` after too many of them: for
    /// addresses without an account too, so that nobody learns which have one.
    package func signIn(email: String, password: String, from client: Client) async throws -> SignedIn {
        let now = surroundings.now()
        let count = try await requireUnlocked(email, from: client, at: now)
        let known = try await users.credentials(email: email)
        guard try await hasher.verify(password, against: known?.passwordHash), let known else {
            try await keepFailure(of: known?.user, email: email, from: client, after: count)
            throw LoupeError(.unauthorized, "the address or the password is wrong")
        }
        try await renewHash(of: known.user, known.passwordHash, password)
        let start = sessionStart(for: known.user, from: client, at: now)
        let entry = AuditEntry(.sessionLogin, .init(start.session), by: client.actor(known.user), in: surroundings)
        try await database.write { transaction in
            if count.fromAddress > 0 {
                try LoginFailureRepository.clear(email: email, address: client.address, in: transaction)
            }
            try SessionRepository.insert(start.session, token: start.stored, in: transaction)
            try AuditRepository.append(entry, in: known.user.organizationID, transaction)
        }
        return try await signedIn(known.user, start)
    }

    /// The wrong passwords so far. Throws `accountLocked` where they are too many.
    func requireUnlocked(
        _ email: String,
        from client: Client,
        at now: Timestamp
    ) async throws -> LoginFailureRepository.Count {
        let count = try await failures.count(email: email, address: client.address, at: now)
        if let end = count.lockedUntil, end > now {
            throw LoupeError(.accountLocked, "too many wrong passwords: try again later", retryAfter: end.since(now))
        }
        return count
    }

    /// Counts a failure, and writes it into the log of the organization whose account it was.
    func keepFailure(
        of user: User?,
        email: String,
        from client: Client,
        after count: LoginFailureRepository.Count
    ) async throws {
        let failure = LoginFailureRepository.Failure(email: email, address: client.address, at: surroundings.now())
        let isLocked =
            Lockout.wait(fromAddress: count.fromAddress + 1) != nil
            || Lockout.wait(ofAccount: count.ofAccount + 1) != nil
        let action: AuditAction = isLocked ? .sessionLocked : .sessionLoginFailed
        let entry = user.map { AuditEntry(action, .init($0), by: client.unknown, in: surroundings) }
        try await database.write { transaction in
            try LoginFailureRepository.record(failure, in: transaction)
            if let entry, let user { try AuditRepository.append(entry, in: user.organizationID, transaction) }
        }
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
}
