package import LoupeCore

extension QueryRepository {
    /// Adds a query with its tags. A datasource that is not in the organization, or was deleted, is `notFound`.
    package static func insert(_ query: SavedQuery, in transaction: any Transaction) throws {
        let organization = query.organizationID
        try require(query.datasourceID, in: organization, transaction)
        try ObjectRows.insert(.query, query.id.uuid, in: organization, transaction)
        try transaction.execute(
            """
            INSERT INTO queries (org_id, id, datasource_id, name, name_key, description, sql, parameters,
            timeout_seconds, max_rows, max_bytes, max_retries, created_by, created_at, updated_at, version)
            VALUES (\(organization), \(query.id), \(query.datasourceID), \(query.name), \(query.name.folded),
            \(query.description), \(query.sql), \(parameters(query)), \(query.limits.timeoutSeconds),
            \(query.limits.maxRows), \(query.limits.maxBytes), \(query.limits.maxRetries), \(query.createdBy),
            \(query.createdAt), \(query.updatedAt), \(query.version))
            """
        )
        try keepAround(query, by: query.createdBy, at: query.updatedAt, transaction)
    }

    package func insert(_ query: SavedQuery) async throws {
        try await database.write { try Self.insert(query, in: $0) }
    }

    /// Adds all or none.
    package func insert(_ queries: [SavedQuery]) async throws {
        try await database.write { transaction in
            for query in queries { try Self.insert(query, in: transaction) }
        }
    }

    /// Changes a query and its tags. Throws `preconditionFailed` where `query.version` is not the stored one.
    @discardableResult
    package func update(_ query: SavedQuery, by user: User.ID?, at now: Timestamp) async throws -> SavedQuery {
        try await database.write { try Self.update(query, by: user, at: now, $0) }
    }

    /// The same, in a transaction with other changes.
    @discardableResult
    package static func update(
        _ query: SavedQuery,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> SavedQuery {
        let organization = query.organizationID
        try require(query.datasourceID, in: organization, transaction)
        let count = try transaction.execute(
            """
            UPDATE queries AS o SET datasource_id = \(query.datasourceID), name = \(query.name),
            name_key = \(query.name.folded), description = \(query.description), sql = \(query.sql),
            parameters = \(Self.parameters(query)), timeout_seconds = \(query.limits.timeoutSeconds),
            max_rows = \(query.limits.maxRows), max_bytes = \(query.limits.maxBytes),
            max_retries = \(query.limits.maxRetries), updated_at = \(now), version = version + 1
            WHERE \(Self.isHere(query.id, organization)) AND o.version = \(query.version)
            """
        )
        guard count == 1 else {
            _ = try find(query.id, in: organization, transaction)
            throw LoupeError.stale("query")
        }
        try keepAround(query, by: user, at: now, transaction)
        return try find(query.id, in: organization, transaction)
    }

    /// Moves a query to the bin, with the charts and schedules that stand on it. Throws `preconditionFailed` where
    /// `version` is given and is not the stored one, `conflict` where there are such and `cascade` is not given.
    package static func delete(
        _ id: SavedQuery.ID,
        version: Int? = nil,
        cascade: Bool = true,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let move = Bin.Move(organization: organization, user: user, now: now)
        try Bin.put(.query, id.uuid, version: version, cascade: cascade, move, transaction)
    }

    package func delete(
        _ id: SavedQuery.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write {
            try Self.delete(id, version: version, by: user, in: organization, at: now, $0)
        }
    }

    /// Tags, text to search and the revision, which stand in tables of their own.
    private static func keepAround(
        _ query: SavedQuery,
        by user: User.ID?,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let organization = query.organizationID
        try ObjectRows.setTags(query.tags, of: .query, query.id.uuid, in: organization, transaction)
        try index(query, at: now, transaction)
        try RevisionRepository.append(
            query.content,
            of: .query,
            query.id.uuid,
            by: user,
            in: organization,
            at: now,
            transaction
        )
    }

    /// Makes the query found by its name, description and SQL.
    static func index(_ query: SavedQuery, at now: Timestamp, _ transaction: any Transaction) throws {
        try ObjectRows.setSearch(
            .query,
            query.id.uuid,
            in: query.organizationID,
            name: query.name,
            text: "\(query.description)\n\(query.sql)",
            at: now,
            transaction
        )
    }

    private static func require(
        _ datasource: Datasource.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        let isHere = try ObjectRows.isHere(.datasource, datasource.uuid, in: organization, transaction)
        guard isHere else { throw LoupeError.notFound("datasource") }
    }

    private static func parameters(_ query: SavedQuery) -> JSONValue {
        .array(query.parameters.map(\.json))
    }
}
