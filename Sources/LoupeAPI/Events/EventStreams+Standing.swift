package import LoupeCore
package import LoupeStore

extension EventStreams {
    /// Looks at the rows of sessions and API keys: what was ended, or belongs to somebody who was removed or has another
    /// role now, may not go on, nor may what has reached its end.
    package static func standing(_ database: any Database, now: @escaping @Sendable () -> Timestamp) -> Standing {
        let repository = StandingRepository(database)
        return { identities in
            let now = now()
            var sessions: [Session.ID: Organization.ID] = [:]
            var keys: [APIKey.ID: Organization.ID] = [:]
            for identity in identities {
                switch identity.credential {
                case .session(let id): sessions[id] = identity.organization
                case .key(let key): keys[key.id] = identity.organization
                }
            }
            let sessionRoles = try await repository.sessions(sessions, at: now)
            let keyRoles = try await repository.keys(keys, at: now)
            return identities.filter { identity in
                if let end = identity.expiresAt, end <= now { return false }
                return switch identity.credential {
                case .session(let id): sessionRoles[id] == identity.role
                case .key(let key): keyRoles[key.id] == identity.role
                }
            }
        }
    }
}
