package import LoupeCore

/// What people marked for themselves.
package struct FavoriteRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// A marked object and since when.
    package struct Favorite: Hashable, Sendable {
        package let object: ObjectSummary
        package let since: Timestamp
    }

    /// More are neither kept nor of any use.
    package static let maximum = 200

    /// The newest first; what is in the bin is left out, and there again once it is restored.
    package func list(
        of user: User.ID,
        in organization: Organization.ID,
        limit: Int = maximum
    ) async throws -> [Favorite] {
        try await database.read { try Self.list(of: user, in: organization, limit: limit, $0) }
    }

    static func list(
        of user: User.ID,
        in organization: Organization.ID,
        limit: Int,
        _ transaction: any Transaction
    ) throws -> [Favorite] {
        let marked = try transaction.all(
            """
            SELECT kind, object_id, created_at FROM favorites WHERE org_id = \(organization) AND user_id = \(user)
            ORDER BY created_at DESC, object_id LIMIT \(maximum)
            """
        ) { row in
            let kind: ObjectKind = try row.enum()
            return (reference: ObjectReference(kind: kind, id: try row.uuid()), since: try row.timestamp())
        }
        let found = try ObjectSummaries.read(marked.map(\.reference), in: organization, transaction)
        return Array(
            marked.compactMap { one in found[one.reference].map { Favorite(object: $0, since: one.since) } }
                .prefix(limit)
        )
    }

    /// Marks an object; marking it again changes nothing. Throws `not_found` for what is not there, `conflict` for one
    /// too many.
    package func add(
        _ reference: ObjectReference,
        of user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { transaction in
            guard try ObjectSummaries.exists(reference, in: organization, transaction) else {
                throw LoupeError.notFound(reference.kind.rawValue)
            }
            let mine: SQL = "org_id = \(organization) AND user_id = \(user)"
            let others = try transaction.count(
                """
                SELECT count(*) FROM favorites WHERE \(mine)
                AND NOT (kind = \(reference.kind) AND object_id = \(SQLValue.uuid(reference.id)))
                """
            )
            guard others < Self.maximum else {
                throw LoupeError(.conflict, "at most \(Self.maximum) favorites can be kept")
            }
            try transaction.execute(
                """
                INSERT INTO favorites (org_id, user_id, kind, object_id, created_at)
                VALUES (\(organization), \(user), \(reference.kind), \(SQLValue.uuid(reference.id)), \(now))
                ON CONFLICT (org_id, user_id, kind, object_id) DO NOTHING
                """
            )
        }
    }

    /// Takes the mark away, where there is one.
    package func remove(
        _ reference: ObjectReference,
        of user: User.ID,
        in organization: Organization.ID
    ) async throws {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM favorites WHERE org_id = \(organization) AND user_id = \(user)
                AND kind = \(reference.kind) AND object_id = \(SQLValue.uuid(reference.id))
                """
            )
        }
    }
}
