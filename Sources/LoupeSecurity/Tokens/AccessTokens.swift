import JWTKit
package import LoupeCore
import Synchronization

/// Issues and verifies access tokens: JSON Web Tokens signed with HMAC-SHA256 and a key derived from the key ring.
///
/// A token alone is not enough: the caller asks whether its session still stands.
package final class AccessTokens: Sendable {
    private let signers: JWTKeyCollection
    private let keyIDs: [String]
    private let lifetime: Duration
    private let now: @Sendable () -> Timestamp
    private let verified: Mutex<VerifiedTokens>

    package init(
        _ ring: KeyRing,
        lifetime: Duration = .seconds(24 * 3600),
        now: @escaping @Sendable () -> Timestamp
    ) async {
        let keys = ring.derived(for: .accessTokens).keys
        signers = JWTKeyCollection()
        for key in keys {
            await signers.add(
                hmac: HMACKey(key: key.secret),
                digestAlgorithm: .sha256,
                kid: JWKIdentifier(string: key.id)
            )
        }
        keyIDs = keys.map(\.id)
        self.lifetime = lifetime
        self.now = now
        verified = Mutex(VerifiedTokens(capacity: 4096))
    }

    /// A new token for a session, and when it ends.
    package func issue(
        user: User.ID,
        session: Session.ID,
        organization: Organization.ID
    ) async throws -> (token: String, expiresAt: Timestamp) {
        let time = now()
        let end = (time + lifetime).milliseconds.flooringDivide(1000) * 1000
        let claims = AccessClaims(
            user: user,
            session: session,
            organization: organization,
            expiresAt: Timestamp(milliseconds: end)
        )
        let token = try await signers.sign(
            AccessPayload(claims, issuedAt: time),
            kid: JWKIdentifier(string: keyIDs[0]),
            header: ["alg": "HS256", "typ": "JWT"]
        )
        return (token, claims.expiresAt)
    }

    /// What a genuine, unexpired token says. Throws `unauthorized`, always in the same words; why is in `underlying`.
    package func verify(_ token: String) async throws -> AccessClaims {
        let known = verified.withLock { $0.claims(of: token) }
        let claims: AccessClaims
        if let known {
            claims = known
        } else {
            do {
                try checkHeader(of: token)
                claims = try await signers.verify(token, as: AccessPayload.self).claims
            } catch {
                throw Self.unauthorized(error)
            }
            verified.withLock { $0.insert(claims, of: token) }
        }
        guard now() < claims.expiresAt else { throw Self.unauthorized(Refusal.expired) }
        return claims
    }

    private enum Refusal: Error {
        case header
        case expired
    }

    /// jwt-kit takes the key by `kid`, or its default for an unknown one, and does not compare `alg`; so both are read here.
    private func checkHeader(of token: String) throws {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard token.utf8.count <= 4096, parts.count == 3,
            let header = Base64URL.decode(Substring(parts[0])),
            case .object(let members) = try JSONValue(parsing: header),
            members["alg"] == "HS256", members["crit"] == nil,
            case .string(let id)? = members["kid"], keyIDs.contains(id)
        else { throw Refusal.header }
    }

    private static func unauthorized(_ cause: any Error) -> LoupeError {
        LoupeError(.unauthorized, "the access token is not valid or has expired", underlying: cause)
    }
}
