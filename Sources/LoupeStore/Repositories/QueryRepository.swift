package import LoupeCore

/// Saved queries. Deleting moves them to the bin; no call here answers with what is there.
package struct QueryRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func find(_ id: SavedQuery.ID, in organization: Organization.ID) async throws -> SavedQuery {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: SavedQuery.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> SavedQuery {
        let query = try transaction.first(
            "SELECT \(columns(transaction.dialect)) FROM \(tables) WHERE \(isHere(id, organization))",
            as: SavedQuery.init(row:)
        )
        guard let query else { throw LoupeError.notFound("query") }
        return query
    }

    package func list(
        _ request: ListRequest,
        datasource: Datasource.ID? = nil,
        in organization: Organization.ID
    ) async throws -> Page<SavedQuery> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        if let datasource { filter += " AND o.datasource_id = \(datasource)" }
        filter += request.tagCondition(.query)
        filter += request.searchCondition(.query, in: organization, database.dialect)
        let query = ListQuery(
            columns: Self.columns(database.dialect),
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: ListSort.ofObjects
        )
        return try await database.read { try query.page(request, in: $0, as: SavedQuery.init(row:)) }
    }

    /// Every query, by name, for export; those of one datasource where one is given.
    package func all(
        datasource: Datasource.ID? = nil,
        in organization: Organization.ID
    ) async throws -> [SavedQuery] {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        if let datasource { filter += " AND o.datasource_id = \(datasource)" }
        let statement: SQL = """
            SELECT \(Self.columns(database.dialect)) FROM \(Self.tables) WHERE \(filter) ORDER BY o.name_key, o.id
            """
        return try await database.read { try $0.all(statement, as: SavedQuery.init(row:)) }
    }

    /// The folded names of a datasource's queries. Two imports at once wait for each other here.
    package static func names(
        on datasource: Datasource.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Set<String> {
        _ = try transaction.first(
            """
            SELECT id FROM datasources WHERE org_id = \(organization) AND id = \(datasource)
            \(transaction.dialect.forUpdate)
            """
        ) { try $0.uuid() }
        return Set(
            try transaction.all(
                """
                SELECT name_key FROM queries WHERE org_id = \(organization) AND datasource_id = \(datasource)
                AND deleted_at IS NULL
                """
            ) { try $0.text() }
        )
    }

    /// Those of the ids whose queries are there.
    package func known(
        _ ids: Set<SavedQuery.ID>,
        in organization: Organization.ID
    ) async throws -> Set<SavedQuery.ID> {
        guard !ids.isEmpty else { return [] }
        let list = ids.map { SQLValue.uuid($0.uuid) }
        return Set(
            try await database.read { transaction in
                try transaction.all(
                    """
                    SELECT id FROM queries WHERE org_id = \(organization) AND id IN (\(list: list))
                    AND deleted_at IS NULL
                    """
                ) { try $0.id() }
            }
        )
    }

    static let tables: SQL = """
        queries AS o LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static func columns(_ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite: sqliteColumns
        case .postgres: postgresColumns
        }
    }

    // Made once: a keyed read should not put its text together anew.
    private static let sqliteColumns: SQL = "\(ownColumns), \(Dialect.sqlite.tags(of: .query))"
    private static let postgresColumns: SQL = "\(ownColumns), \(Dialect.postgres.tags(of: .query))"

    private static let ownColumns: SQL = """
        o.id, o.org_id, o.datasource_id, o.name, o.description, o.sql, o.parameters, o.timeout_seconds, o.max_rows,
        o.max_bytes, o.max_retries, o.created_by, creator.name, o.created_at, o.updated_at, o.version
        """

    static func isHere(_ id: SavedQuery.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }
}

extension SavedQuery {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            datasourceID: try row.id(),
            name: try row.text(),
            description: try row.text(),
            sql: try row.text(),
            parameters: try ParameterDefinition.list(row: &row),
            limits: try QueryLimits(row: &row),
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        tags = try row.strings()
    }
}

extension QueryLimits {
    init(row: inout RowReader) throws {
        self.init()
        timeoutSeconds = try row.int()
        maxRows = try row.int()
        maxBytes = try row.int()
        maxRetries = try row.int()
    }
}

extension ParameterDefinition {
    static func list(row: inout RowReader) throws -> [ParameterDefinition] {
        let text = try row.text()
        if text == "[]" { return [] }
        guard case .array(let list)? = try? JSONValue(parsing: text) else {  // ours, so only its shape is in question
            throw StoreDecodingError(column: 0, expected: "parameters")
        }
        return list.compactMap(ParameterDefinition.init(json:))
    }
}
