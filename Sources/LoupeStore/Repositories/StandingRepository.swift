package import LoupeCore

/// Which of many credentials still hold: one statement for 500 of them.
package struct StandingRepository: Sendable {
    private static let atOnce = 500

    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// The roles of those whose sessions are good at that moment. A session that is not in the answer has ended,
    /// expired, or lost its person.
    package func sessions(
        _ sessions: [Session.ID: Organization.ID],
        at now: Timestamp
    ) async throws -> [Session.ID: Role] {
        try await roles(of: sessions) { keys in
            """
            SELECT s.id, u.role FROM sessions AS s JOIN users AS u ON u.org_id = s.org_id AND u.id = s.user_id
            WHERE (s.org_id, s.id) IN (VALUES \(keys))
            AND s.revoked_at IS NULL AND s.expires_at > \(now) AND u.deleted_at IS NULL
            """
        } decode: { row in
            (try row.id(), try row.enum())
        }
    }

    /// The same of API keys, with what each may do: never more than its owner.
    package func keys(_ keys: [APIKey.ID: Organization.ID], at now: Timestamp) async throws -> [APIKey.ID: Role] {
        try await roles(of: keys) { keys in
            """
            SELECT k.id, k.role, u.role FROM api_keys AS k JOIN users AS u ON u.org_id = k.org_id AND u.id = k.user_id
            WHERE (k.org_id, k.id) IN (VALUES \(keys)) AND k.revoked_at IS NULL
            AND (k.expires_at IS NULL OR k.expires_at > \(now)) AND u.deleted_at IS NULL
            """
        } decode: { row in
            let (id, own, owners): (APIKey.ID, Role, Role) = (try row.id(), try row.enum(), try row.enum())
            return (id, min(own, owners))
        }
    }

    private func roles<Entity>(
        of ids: [Identifier<Entity>: Organization.ID],
        _ statement: (SQL) -> SQL,
        decode: @Sendable (inout RowReader) throws -> (Identifier<Entity>, Role)
    ) async throws -> [Identifier<Entity>: Role] {
        var roles: [Identifier<Entity>: Role] = [:]
        var rest = Array(ids)[...]
        while !rest.isEmpty {
            var keys: SQL = ""
            for (index, one) in rest.prefix(Self.atOnce).enumerated() {
                keys += "\(index == 0 ? "" : ", " as SQL)(\(one.value), \(one.key))"
            }
            rest = rest.dropFirst(Self.atOnce)
            let sql = statement(keys)
            let found = try await database.read { try $0.all(sql, as: decode) }
            for (id, role) in found { roles[id] = role }
        }
        return roles
    }
}
