package import LoupeCore
package import LoupeStore

extension EventStreams {
    /// Looks at the sessions' rows: who signed out, was removed or has another role now may not go on, nor may one whose
    /// token ended.
    package static func standing(_ database: any Database, now: @escaping @Sendable () -> Timestamp) -> Standing {
        let sessions = SessionRepository(database)
        return { identities in
            let now = now()
            var wanted: [Session.ID: Organization.ID] = [:]
            for identity in identities { wanted[identity.session] = identity.organization }
            let roles = try await sessions.standing(of: wanted, at: now)
            return identities.filter { $0.expiresAt > now && roles[$0.session] == $0.role }
        }
    }
}
