package import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// Mails of an hour to one person who asks for a new password.
    static let resetsPerHour = 3

    /// A new password for somebody who knows the old one; their other sessions end. Throws `validation_failed` for a wrong
    /// one, which counts as a wrong password at the door does, and `account_locked` after too many.
    package func changePassword(
        from current: String,
        to new: String,
        keeping session: Session.ID?,
        by caller: Caller
    ) async throws {
        let now = surroundings.now()
        let user = try await users.find(caller.user, in: caller.organization)
        let client = Client(address: caller.address, userAgent: "", requestID: caller.requestID)
        let count = try await requireUnlocked(user.email, from: client, at: now)
        let hash = try await users.passwordHash(of: user.id, in: user.organizationID)
        guard try await hasher.verify(current, against: hash) else {
            try await keepFailure(of: user, email: user.email, from: client, after: count)
            throw LoupeError.invalid("current_password", "is wrong")
        }
        let newHash = try await hasher.hash(new)
        let entry = AuditEntry(.passwordChange, .init(user), by: caller, in: surroundings)
        try await database.write { transaction in
            try Accounts.setPassword(newHash, of: user, keeping: session, at: now, transaction)
            try LoginFailureRepository.clear(email: user.email, address: client.address, in: transaction)
            try AuditRepository.append(entry, in: user.organizationID, transaction)
        }
    }

    /// Has a link mailed by which whoever reads the mails of an address sets a new password. What happens, and how long
    /// this takes, is the same for an address that nobody has: the work is done later.
    package func forgotPassword(email: String, from client: Client) async {
        guard rules.canSendLinks else { return }
        await post.send { [self] in try await resetMail(email: email, from: client) }
    }

    private func resetMail(email: String, from client: Client) async throws -> Mail? {
        guard let user = try await users.credentials(email: email)?.user else { return nil }
        let token = RandomToken()
        let entry = AuditEntry(.passwordForgot, .init(user), by: client.unknown, in: surroundings)
        let isAdded = try await database.write { transaction in
            let isAdded = try PasswordResetRepository.insert(
                tokenHash: token.digest,
                for: user,
                limit: Accounts.resetsPerHour,
                at: entry.at,
                transaction
            )
            if isAdded { try AuditRepository.append(entry, in: user.organizationID, transaction) }
            return isAdded
        }
        return isAdded ? .passwordReset(of: user, link: links.passwordReset(token)) : nil
    }

    /// A new password for whoever has the link: every session ends, and no wrong password counts any more. Throws
    /// `validation_failed` for a token that is unknown, used or expired.
    package func resetPassword(token text: String, to password: String, from client: Client) async throws -> User {
        let refused = LoupeError.invalid("token", "is not valid any more: ask for a new link")
        guard let token = RandomToken(text) else { throw refused }
        let now = surroundings.now()
        guard let user = try await resets.find(tokenHash: token.digest, at: now) else { throw refused }
        let hash = try await hasher.hash(password)
        let entry = AuditEntry(.passwordReset, .init(user), by: client.actor(user), in: surroundings)
        try await database.write { transaction in
            guard try PasswordResetRepository.use(tokenHash: token.digest, of: user, at: now, transaction) else {
                throw refused
            }
            try Accounts.setPassword(hash, of: user, keeping: nil, at: now, transaction)
            try LoginFailureRepository.clear(email: user.email, address: nil, in: transaction)
            try AuditRepository.append(entry, in: user.organizationID, transaction)
        }
        return user
    }

    /// A new password by whoever runs the server: `loupe admin reset-password`. Throws `not_found`.
    package func setPassword(of email: String, to password: String) async throws -> User {
        guard let user = try await users.credentials(email: email)?.user else { throw LoupeError.notFound("user") }
        let hash = try await hasher.hash(password)
        let entry = AuditEntry(.passwordReset, .init(user), by: .commandLine, in: surroundings)
        try await database.write { transaction in
            try Accounts.setPassword(hash, of: user, keeping: nil, at: entry.at, transaction)
            try LoginFailureRepository.clear(email: user.email, address: nil, in: transaction)
            try AuditRepository.append(entry, in: user.organizationID, transaction)
        }
        return user
    }

    /// Forgets the wrong passwords of an account, so that nobody has to wait: `loupe admin unlock`. Throws `not_found`.
    package func unlock(_ email: String) async throws -> User {
        guard let user = try await users.credentials(email: email)?.user else { throw LoupeError.notFound("user") }
        let entry = AuditEntry(.sessionUnlock, .init(user), by: .commandLine, in: surroundings)
        try await database.write { transaction in
            try LoginFailureRepository.clear(email: user.email, address: nil, in: transaction)
            try AuditRepository.append(entry, in: user.organizationID, transaction)
        }
        return user
    }

    private static func setPassword(
        _ hash: String,
        of user: User,
        keeping session: Session.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let organization = user.organizationID
        try UserRepository.setPassword(hash: hash, of: user.id, in: organization, at: now, transaction)
        try SessionRepository.revokeAll(
            of: user.id,
            in: organization,
            except: session,
            reason: .password,
            at: now,
            transaction
        )
        try PasswordResetRepository.forget(user.id, in: organization, at: now, transaction)
    }
}
