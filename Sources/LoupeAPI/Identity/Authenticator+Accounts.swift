package import LoupeCore
package import LoupeServices

extension Authenticator {
    /// Checks tokens by the accounts' sessions.
    package convenience init(
        accounts: Accounts,
        surroundings: Surroundings,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        let verify: Verify = { token in
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
