package import LoupeCore

/// People's own unsaved texts of queries. Nobody sees another's.
package struct QueryDraftRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Throws `notFound` where there is none, or the query is not there.
    package func find(
        _ query: SavedQuery.ID,
        of user: User.ID,
        in organization: Organization.ID
    ) async throws -> QueryDraft {
        let draft = try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(Self.columns) FROM \(Self.tables)
                WHERE \(Self.own(user, organization)) AND d.query_id = \(query)
                """,
                as: QueryDraft.init(row:)
            )
        }
        guard let draft else { throw LoupeError.notFound("draft") }
        return draft
    }

    package func list(
        _ request: ListRequest,
        of user: User.ID,
        in organization: Organization.ID
    ) async throws -> Page<QueryDraft> {
        let query = ListQuery(
            columns: Self.columns,
            from: Self.tables,
            filter: Self.own(user, organization),
            id: "d.query_id",
            sorts: [ListSort("updated_at", "d.updated_at", .time), ListSort("name", "o.name_key", .text)]
        )
        return try await database.read { try query.page(request, in: $0, as: QueryDraft.init(row:)) }
    }

    /// Keeps a draft in the place of an earlier one. Throws `notFound` where the query is not there.
    package func save(_ draft: QueryDraft, of user: User.ID, in organization: Organization.ID) async throws {
        try await database.write { transaction in
            guard try ObjectRows.isHere(.query, draft.queryID.uuid, in: organization, transaction) else {
                throw LoupeError.notFound("query")
            }
            try transaction.execute(
                """
                INSERT INTO query_drafts (org_id, user_id, query_id, content, base_version, updated_at)
                VALUES (\(organization), \(user), \(draft.queryID), \(draft.content), \(draft.baseVersion),
                \(draft.updatedAt))
                ON CONFLICT (org_id, user_id, query_id) DO UPDATE SET content = excluded.content,
                base_version = excluded.base_version, updated_at = excluded.updated_at
                """
            )
        }
    }

    /// Safe to repeat. Throws `notFound` where the query is not there.
    package func delete(
        _ query: SavedQuery.ID,
        of user: User.ID,
        in organization: Organization.ID
    ) async throws {
        try await database.write { transaction in
            guard try ObjectRows.isHere(.query, query.uuid, in: organization, transaction) else {
                throw LoupeError.notFound("query")
            }
            try transaction.execute(
                """
                DELETE FROM query_drafts WHERE org_id = \(organization) AND user_id = \(user) AND query_id = \(query)
                """
            )
        }
    }

    private static let tables: SQL = "query_drafts AS d JOIN queries AS o ON o.org_id = d.org_id AND o.id = d.query_id"

    private static let columns: SQL = "d.query_id, o.name, d.content, d.base_version, o.version, d.updated_at"

    private static func own(_ user: User.ID, _ organization: Organization.ID) -> SQL {
        "d.org_id = \(organization) AND d.user_id = \(user) AND o.deleted_at IS NULL"
    }
}

extension QueryDraft {
    fileprivate init(row: inout RowReader) throws {
        let (id, name): (SavedQuery.ID, String) = (try row.id(), try row.text())
        let content = StoredContent(try row.json())
        self.init(
            queryID: id,
            queryName: name,
            sql: content.text("sql") ?? "",
            parameters: content.list("parameters")?.compactMap(ParameterDefinition.init(json:)),
            baseVersion: try row.int(),
            currentVersion: try row.int(),
            updatedAt: try row.timestamp()
        )
    }
}
