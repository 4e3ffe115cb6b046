package import LoupeCore

/// What people opened last.
package struct RecentRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// An opened object and when.
    package struct Recent: Hashable, Sendable {
        package let object: ObjectSummary
        package let openedAt: Timestamp
    }

    /// Somebody opened something.
    package struct Opening: Hashable, Sendable {
        package let object: ObjectReference
        package let user: User.ID
        package let organization: Organization.ID
        package let at: Timestamp

        package init(object: ObjectReference, user: User.ID, organization: Organization.ID, at: Timestamp) {
            self.object = object
            self.user = user
            self.organization = organization
            self.at = at
        }
    }

    /// So many are kept of a person.
    package static let maximum = 100

    /// The newest first; what is in the bin is left out.
    package func list(of user: User.ID, in organization: Organization.ID, limit: Int) async throws -> [Recent] {
        try await database.read { try Self.list(of: user, in: organization, limit: limit, $0) }
    }

    static func list(
        of user: User.ID,
        in organization: Organization.ID,
        limit: Int,
        _ transaction: any Transaction
    ) throws -> [Recent] {
        let opened = try transaction.all(
            """
            SELECT kind, object_id, opened_at FROM recents WHERE org_id = \(organization) AND user_id = \(user)
            ORDER BY opened_at DESC LIMIT \(maximum)
            """
        ) { row in
            let kind: ObjectKind = try row.enum()
            return (reference: ObjectReference(kind: kind, id: try row.uuid()), at: try row.timestamp())
        }
        let found = try ObjectSummaries.read(opened.map(\.reference), in: organization, transaction)
        return Array(
            opened.compactMap { one in found[one.reference].map { Recent(object: $0, openedAt: one.at) } }
                .prefix(limit)
        )
    }

    /// Writes down what was opened, many at once, and forgets what is older than a person's newest hundred. What is gone
    /// by now is passed over.
    package func note(_ openings: [Opening]) async throws {
        try await database.write { transaction in
            for one in openings {
                try transaction.execute(
                    """
                    INSERT INTO recents (org_id, user_id, kind, object_id, opened_at)
                    SELECT u.org_id, u.id, o.kind, o.id, \(one.at) FROM objects AS o
                    JOIN users AS u ON u.org_id = o.org_id AND u.id = \(one.user)
                    WHERE o.org_id = \(one.organization) AND o.id = \(SQLValue.uuid(one.object.id))
                    AND o.kind = \(one.object.kind)
                    ON CONFLICT (org_id, user_id, kind, object_id) DO UPDATE SET opened_at = excluded.opened_at
                    """
                )
            }
            for (user, organization) in Dictionary(
                openings.map { ($0.user, $0.organization) },
                uniquingKeysWith: { $1 }
            ) {
                try transaction.execute(
                    """
                    DELETE FROM recents WHERE org_id = \(organization) AND user_id = \(user) AND opened_at <
                    (SELECT r.opened_at FROM recents AS r WHERE r.org_id = \(organization) AND r.user_id = \(user)
                    ORDER BY r.opened_at DESC LIMIT 1 OFFSET \(Self.maximum - 1))
                    """
                )
            }
        }
    }
}
