package import LoupeCore
package import LoupeStore

/// Attaches the sample data "New York flights" with its queries to an organization.
package struct SampleService: Sendable {
    private let database: any Database
    private let secrets: DatasourceSecrets
    private let surroundings: Surroundings
    private let file: String
    private let exists: @Sendable (String) -> Bool

    package static let name = "New York flights"

    /// `file` is the SQLite database that the sample's making left in the data directory.
    package init(
        database: any Database,
        secrets: DatasourceSecrets,
        surroundings: Surroundings,
        file: String,
        exists: @escaping @Sendable (String) -> Bool
    ) {
        self.database = database
        self.secrets = secrets
        self.surroundings = surroundings
        self.file = file
        self.exists = exists
    }

    /// The datasource with its queries, made in one transaction. Throws `conflict` where it is attached already,
    /// `unavailable` where the file was not made.
    package func attach(
        by user: User.ID,
        in organization: Organization.ID,
        actor: AuditActor
    ) async throws -> Datasource.ID {
        guard exists(file) else {
            throw LoupeError(.unavailable, "the sample data is not there; scripts/sample-data makes it")
        }
        let now = surroundings.now()
        let connection = "sqlite:\(file)"
        let datasource = Datasource(
            id: surroundings.newID(),
            organizationID: organization,
            name: SampleService.name,
            kind: .sqlite,
            connection: Datasource.Connection(database: file),
            createdBy: user,
            createdAt: now,
            updatedAt: now
        )
        let sealed = try secrets.seal(connection, for: datasource.id, of: organization)
        let queries = SampleQuery.all.map { sample in
            SavedQuery(
                id: surroundings.newID(),
                organizationID: organization,
                datasourceID: datasource.id,
                name: sample.name,
                description: sample.description,
                sql: sample.sql,
                parameters: sample.parameters,
                tags: sample.tags,
                createdBy: user,
                createdAt: now,
                updatedAt: now
            )
        }
        let entry = AuditEntry(
            .sampleAttach,
            AuditEntry.Subject(.datasource, datasource.id, datasource.name),
            by: actor,
            in: surroundings
        )
        try await database.write { transaction in
            let attached = try transaction.count(
                """
                SELECT count(*) FROM datasources WHERE org_id = \(organization) AND ds_type = 'sqlite'
                    AND database_name = \(file) AND deleted_at IS NULL
                """
            )
            guard attached == 0 else { throw LoupeError(.conflict, "the sample data is attached already") }
            try DatasourceRepository.insert(datasource, sealed: sealed, in: transaction)
            for query in queries { try QueryRepository.insert(query, in: transaction) }
            try AuditRepository.append(entry, in: organization, transaction)
        }
        return datasource.id
    }
}
