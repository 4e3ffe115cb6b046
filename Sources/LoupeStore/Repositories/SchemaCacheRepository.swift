package import LoupeCore

/// Tables and columns of datasources, as a runner last read them.
package struct SchemaCacheRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package struct Entry: Hashable, Sendable {
        /// The API's array of tables.
        package let tables: JSONValue
        package let fetchedAt: Timestamp

        package init(tables: JSONValue, fetchedAt: Timestamp) {
            self.tables = tables
            self.fetchedAt = fetchedAt
        }
    }

    /// Nil where nothing was read yet of that revision of the connection.
    package func find(
        _ datasource: Datasource.ID,
        revision: Int,
        in organization: Organization.ID
    ) async throws -> Entry? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT tables, fetched_at FROM datasource_schemas
                WHERE org_id = \(organization) AND datasource_id = \(datasource) AND revision = \(revision)
                """
            ) { row in Entry(tables: try row.json(), fetchedAt: try row.timestamp()) }
        }
    }

    /// Keeps what was read, unless something newer is there.
    package func store(
        _ entry: Entry,
        of datasource: Datasource.ID,
        revision: Int,
        in organization: Organization.ID
    ) async throws {
        try await database.write { try Self.store(entry, of: datasource, revision: revision, in: organization, $0) }
    }

    static func store(
        _ entry: Entry,
        of datasource: Datasource.ID,
        revision: Int,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO datasource_schemas AS kept (org_id, datasource_id, revision, tables, fetched_at)
            VALUES (\(organization), \(datasource), \(revision), \(entry.tables), \(entry.fetchedAt))
            ON CONFLICT (org_id, datasource_id) DO UPDATE SET
            revision = excluded.revision, tables = excluded.tables, fetched_at = excluded.fetched_at
            WHERE kept.revision < excluded.revision
            OR (kept.revision = excluded.revision AND kept.fetched_at <= excluded.fetched_at)
            """
        )
    }

    static func forget(
        _ datasource: Datasource.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            "DELETE FROM datasource_schemas WHERE org_id = \(organization) AND datasource_id = \(datasource)"
        )
    }
}
