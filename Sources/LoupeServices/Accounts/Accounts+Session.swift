import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// A refresh token lives so long after its last use, and a session so long in all.
    static let slidingLifetime = Duration.seconds(30 * 86_400)
    static let wholeLifetime = Duration.seconds(90 * 86_400)

    /// A session about to be stored, with its first token.
    struct SessionStart: Sendable {
        let session: Session
        let token: RandomToken
        let stored: RefreshToken
    }

    func sessionStart(for user: User, from client: Client, at now: Timestamp) -> SessionStart {
        let session = Session(
            id: surroundings.newID(),
            userID: user.id,
            organizationID: user.organizationID,
            userAgent: String(String.UnicodeScalarView(client.userAgent.unicodeScalars.prefix(512))),
            address: String(client.address.prefix(64)),
            createdAt: now,
            lastSeenAt: now,
            expiresAt: now + Accounts.wholeLifetime
        )
        let token = RandomToken()
        return SessionStart(
            session: session,
            token: token,
            stored: RefreshToken(hash: token.digest, expiresAt: now + Accounts.slidingLifetime)
        )
    }

    func signedIn(_ user: User, _ start: SessionStart) async throws -> SignedIn {
        SignedIn(
            user: user,
            session: start.session.id,
            tokens: try await tokens(for: start.session, refresh: start.token)
        )
    }

    func tokens(for session: Session, refresh: RandomToken) async throws -> Tokens {
        let access = try await tokens.issue(
            user: session.userID,
            session: session.id,
            organization: session.organizationID
        )
        return Tokens(access: access.token, expiresAt: access.expiresAt, refresh: refresh)
    }
}
