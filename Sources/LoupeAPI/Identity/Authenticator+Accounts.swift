package import LoupeCore
package import LoupeServices
import LoupeStore

extension Authenticator {
    /// Checks tokens by the accounts' sessions and API keys.
    package convenience init(
        accounts: Accounts,
        surroundings: Surroundings,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        let verify: Verify = { token, address in
            if let owned = try await accounts.authenticate(key: token, from: address) {
                return Identity(
                    organization: owned.owner.organizationID,
                    user: owned.owner.id,
                    name: owned.owner.name,
                    role: owned.role,
                    credential: .key(APIKey.Handle(id: owned.key.id, name: owned.key.name)),
                    expiresAt: owned.key.expiresAt
                )
            }
            let (user, session, expiresAt) = try await accounts.authenticate(token)
            return Identity(
                organization: user.organizationID,
                user: user.id,
                name: user.name,
                role: user.role,
                credential: .session(session),
                expiresAt: expiresAt
            )
        }
        self.init(instant: instant, now: surroundings.now, verify: verify)
    }
}
