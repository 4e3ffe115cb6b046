package import Foundation
package import LoupeCore

/// What queries, dashboards and canvases were at each save: written in the transaction of the save, never changed.
package struct RevisionRepository: Sendable {
    /// How many an object keeps; older ones go as new ones come. Of large objects fewer: as many as this many bytes hold
    /// of its size now, but always ten.
    package static let maximumCount = 200
    private static let minimumCount = 10
    private static let maximumBytes = 128 << 20

    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Adds a revision in the transaction of the save that it tells of. The object's own row must be written before: its
    /// lock keeps two saves from the same number.
    package static func append(
        _ content: JSONValue,
        of kind: ObjectKind,
        _ id: UUID,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let its: SQL = "org_id = \(organization) AND kind = \(kind) AND object_id = \(SQLValue.uuid(id))"
        let text = content.canonicalText
        let newest = try transaction.count("SELECT coalesce(max(revision), 0) FROM revisions WHERE \(its)")
        try transaction.execute(
            """
            INSERT INTO revisions (org_id, kind, object_id, revision, content, created_by, created_at)
            VALUES (\(organization), \(kind), \(SQLValue.uuid(id)), \(newest + 1), \(SQLValue.json(text)), \(user), \(now))
            """
        )
        let kept = min(maximumCount, max(minimumCount, maximumBytes / max(1, text.utf8.count)))
        guard newest >= kept else { return }
        try transaction.execute("DELETE FROM revisions WHERE \(its) AND revision <= \(newest + 1 - kept)")
    }

    /// The newest first, without their content. Throws `notFound` where the object is not there.
    package func list(
        _ request: ListRequest,
        of kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID
    ) async throws -> Page<Revision> {
        let query = ListQuery(
            columns: "r.revision, r.created_by, creator.name, r.created_at",
            from: Self.tables,
            filter: Self.its(kind, id, organization),
            // Of one object; its id and the number together would be no key of another column's type.
            id: "r.object_id",
            sorts: [ListSort("revision", "r.revision", .number)]
        )
        return try await database.read { transaction in
            try Self.require(kind, id, in: organization, transaction)
            return try query.page(request, in: transaction) { row in
                Revision(
                    number: try row.int(),
                    content: nil,
                    createdBy: try row.optionalID(),
                    createdByName: try row.optionalText(),
                    createdAt: try row.timestamp()
                )
            }
        }
    }

    /// One with its content. Throws `notFound`.
    package func find(
        _ number: Int,
        of kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID
    ) async throws -> Revision {
        let found: Revision? = try await database.read { transaction in
            try Self.require(kind, id, in: organization, transaction)
            return try transaction.first(
                """
                SELECT r.revision, r.content, r.created_by, creator.name, r.created_at
                FROM \(Self.tables) WHERE \(Self.its(kind, id, organization)) AND r.revision = \(number)
                """
            ) { row in
                Revision(
                    number: try row.int(),
                    content: try row.json(),
                    createdBy: try row.optionalID(),
                    createdByName: try row.optionalText(),
                    createdAt: try row.timestamp()
                )
            }
        }
        guard let found else { throw LoupeError.notFound("revision") }
        return found
    }

    private static let tables: SQL = """
        revisions AS r LEFT JOIN users AS creator ON creator.org_id = r.org_id AND creator.id = r.created_by
        """

    private static func its(_ kind: ObjectKind, _ id: UUID, _ organization: Organization.ID) -> SQL {
        "r.org_id = \(organization) AND r.kind = \(kind) AND r.object_id = \(SQLValue.uuid(id))"
    }

    private static func require(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        let count = try transaction.count(
            """
            SELECT count(*) FROM \(kind.table)
            WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id)) AND deleted_at IS NULL
            """
        )
        guard count == 1 else { throw LoupeError.notFound(kind.rawValue) }
    }
}
