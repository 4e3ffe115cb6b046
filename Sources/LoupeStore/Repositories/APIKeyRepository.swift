package import LoupeCore

/// API keys. The store knows a key by the SHA-256 of its text; a revoked key's row stays for the audit log's sake, and no
/// call here but `find(hash:)` answers with it.
package struct APIKeyRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// A key with the person whose it is, as they are now.
    package struct Owned: Hashable, Sendable {
        package let key: APIKey
        package let owner: User

        /// What it may do: never more than its owner.
        package var role: Role { min(key.role, owner.role) }
    }

    package static func insert(_ key: APIKey, hash: [UInt8], in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO api_keys (org_id, id, user_id, name, prefix, key_hash, role, created_at, expires_at)
            VALUES (\(key.organizationID), \(key.id), \(key.userID), \(key.name), \(key.prefix), \(hash), \(key.role),
            \(key.createdAt), \(key.expiresAt))
            """
        )
    }

    /// The live key of a text's SHA-256, in one keyed read; nil where it is unknown, revoked or expired, or its owner gone.
    package func find(hash: [UInt8], at now: Timestamp) async throws -> Owned? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(Self.columns), \(UserRepository.columns) FROM api_keys AS k
                JOIN users AS u ON u.org_id = k.org_id AND u.id = k.user_id AND u.deleted_at IS NULL
                WHERE k.key_hash = \(hash) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > \(now))
                """
            ) { row in Owned(key: try APIKey(row: &row), owner: try User(row: &row)) }
        }
    }

    /// Keys that were not revoked, also expired ones: of one person, or of all.
    package func list(
        _ request: ListRequest,
        of user: User.ID?,
        in organization: Organization.ID
    ) async throws -> Page<Owned> {
        var filter: SQL = "k.org_id = \(organization) AND k.revoked_at IS NULL"
        if let user { filter += " AND k.user_id = \(user)" }
        let query = ListQuery(
            columns: "\(Self.columns), \(UserRepository.columns)",
            from: "api_keys AS k JOIN users AS u ON u.org_id = k.org_id AND u.id = k.user_id AND u.deleted_at IS NULL",
            filter: filter,
            id: "k.id",
            sorts: [ListSort("created_at", "k.created_at", .time)]
        )
        return try await database.read { transaction in
            try query.page(request, in: transaction) { row in
                Owned(key: try APIKey(row: &row), owner: try User(row: &row))
            }
        }
    }

    /// Ends a key, of that person or of anybody. Throws `notFound` where there is none that still stands.
    package static func revoke(
        _ id: APIKey.ID,
        of user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> APIKey {
        var which: SQL = "k.org_id = \(organization) AND k.id = \(id) AND k.revoked_at IS NULL"
        if let user { which += " AND k.user_id = \(user)" }
        let key = try transaction.first("SELECT \(columns) FROM api_keys AS k WHERE \(which)", as: APIKey.init(row:))
        guard let key else { throw LoupeError.notFound("API key") }
        try transaction.execute("UPDATE api_keys AS k SET revoked_at = \(now) WHERE \(which)")
        return key
    }

    /// Notes that a key was used; whether it is the first time since `day`, when such a use is worth an audit entry.
    package static func touch(
        _ id: APIKey.ID,
        in organization: Organization.ID,
        at time: Timestamp,
        since day: Timestamp,
        _ transaction: any Transaction
    ) throws -> Bool {
        let which: SQL = "org_id = \(organization) AND id = \(id)"
        let isFirst = try transaction.execute(
            """
            UPDATE api_keys SET last_used_at = \(time)
            WHERE \(which) AND (last_used_at IS NULL OR last_used_at < \(day))
            """
        )
        if isFirst == 1 { return true }
        try transaction.execute("UPDATE api_keys SET last_used_at = \(time) WHERE \(which) AND last_used_at < \(time)")
        return false
    }

    static let columns: SQL = """
        k.id, k.org_id, k.user_id, k.name, k.prefix, k.role, k.created_at, k.expires_at, k.last_used_at
        """
}

extension APIKey {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            userID: try row.id(),
            name: try row.text(),
            prefix: try row.text(),
            role: try row.enum(),
            createdAt: try row.timestamp(),
            expiresAt: try row.optionalTimestamp(),
            lastUsedAt: try row.optionalTimestamp()
        )
    }
}
