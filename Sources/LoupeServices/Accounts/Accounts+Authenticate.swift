package import LoupeCore
import LoupeSecurity
package import LoupeStore

extension Accounts {
    /// Whose token this is, as the session's row says now. Throws `unauthorized`.
    package func authenticate(_ token: String) async throws -> (user: User, session: Session.ID, expiresAt: Timestamp) {
        let claims = try await tokens.verify(token)
        let signed = try await sessions.find(claims.session, in: claims.organization)
        guard let signed, signed.user.id == claims.user, signed.session.revokedAt == nil,
            signed.session.expiresAt > surroundings.now()
        else { throw LoupeError(.unauthorized, "the session has ended: sign in again") }
        seen.saw(signed.session)
        return (signed.user, signed.session.id, claims.expiresAt)
    }

    /// The API key of a text, as its row and its owner's say now; nil for a text that is no key at all. Throws
    /// `unauthorized` for one that is unknown, revoked or expired, or whose owner is gone.
    package func authenticate(key text: String, from address: String?) async throws -> APIKeyRepository.Owned? {
        guard text.hasPrefix(APIKeyText.mark) else { return nil }
        let refused = LoupeError(.unauthorized, "the API key is not valid, was revoked or has expired")
        guard let key = APIKeyText(text) else { throw refused }
        guard let owned = try await keys.find(hash: key.digest, at: surroundings.now()) else { throw refused }
        seen.saw(owned, from: address)
        return owned
    }
}
