package import LoupeCore

extension SessionRepository {
    /// The roles of those whose sessions are good at that moment, by session: one statement for 500 of them. A session
    /// that is not in the answer has ended, expired, or lost its person.
    package func standing(of sessions: [Session.ID: Organization.ID], at now: Timestamp) async throws -> [Session.ID: Role] {
        var roles: [Session.ID: Role] = [:]
        var rest = Array(sessions)[...]
        while !rest.isEmpty {
            var keys: SQL = ""
            for (index, session) in rest.prefix(500).enumerated() {
                keys += "\(index == 0 ? "" : ", " as SQL)(\(session.value), \(session.key))"
            }
            rest = rest.dropFirst(500)
            let statement: SQL = """
                SELECT s.id, u.role FROM sessions AS s JOIN users AS u ON u.org_id = s.org_id AND u.id = s.user_id
                WHERE (s.org_id, s.id) IN (VALUES \(keys))
                AND s.revoked_at IS NULL AND s.expires_at > \(now) AND u.deleted_at IS NULL
                """
            let found = try await database.read { transaction in
                try transaction.all(statement) { row -> (Session.ID, Role) in (try row.id(), try row.enum()) }
            }
            for (session, role) in found { roles[session] = role }
        }
        return roles
    }
}
