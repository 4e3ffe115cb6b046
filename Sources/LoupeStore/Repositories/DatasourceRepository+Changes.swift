package import LoupeCore

extension DatasourceRepository {
    /// Adds a datasource with its sealed connection string.
    package static func insert(_ datasource: Datasource, sealed: [UInt8], in transaction: any Transaction) throws {
        try ObjectRows.insert(.datasource, datasource.id.uuid, in: datasource.organizationID, transaction)
        let connection = datasource.connection
        try transaction.execute(
            """
            INSERT INTO datasources (org_id, id, name, name_key, ds_type, host, port, database_name, user_name, sslmode,
            sealed_connection, revision, max_concurrency, max_cost, allow_unparsed, created_by, created_at, updated_at, version)
            VALUES (\(datasource.organizationID), \(datasource.id), \(datasource.name), \(datasource.name.folded),
            \(datasource.kind), \(connection.host), \(connection.port), \(connection.database), \(connection.user),
            \(connection.sslmode), \(sealed), \(datasource.revision), \(datasource.maxConcurrency),
            \(datasource.maxCost.map(SQLValue.double) ?? .null), \(datasource.allowsUnparsed), \(datasource.createdBy),
            \(datasource.createdAt), \(datasource.updatedAt), \(datasource.version))
            """
        )
        try ObjectRows.setSearch(
            .datasource,
            datasource.id.uuid,
            in: datasource.organizationID,
            name: datasource.name,
            text: "",
            at: datasource.updatedAt,
            transaction
        )
    }

    package func insert(_ datasource: Datasource, sealed: [UInt8]) async throws {
        try await database.write { try Self.insert(datasource, sealed: sealed, in: $0) }
    }

    /// Changes a datasource; where `sealed` is given, its connection too, which makes a new revision whose runs share no
    /// results with the old. Throws `preconditionFailed` where `datasource.version` is not the stored one.
    package static func update(
        _ datasource: Datasource,
        sealed: [UInt8]? = nil,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Datasource {
        let connection = datasource.connection
        var assignment: SQL = """
            name = \(datasource.name), name_key = \(datasource.name.folded), host = \(connection.host),
            port = \(connection.port), database_name = \(connection.database), user_name = \(connection.user),
            sslmode = \(connection.sslmode), max_concurrency = \(datasource.maxConcurrency),
            max_cost = \(datasource.maxCost.map(SQLValue.double) ?? .null),
            allow_unparsed = \(datasource.allowsUnparsed), updated_at = \(now),
            version = version + 1
            """
        if let sealed {
            assignment += """
                , sealed_connection = \(sealed), revision = revision + 1, last_test_success = NULL,
                last_test_message = NULL, last_test_at = NULL
                """
        }
        let count = try transaction.execute(
            """
            UPDATE datasources AS o SET \(assignment)
            WHERE \(Self.isHere(datasource.id, datasource.organizationID)) AND o.version = \(datasource.version)
            """
        )
        guard count == 1 else {
            _ = try Self.find(datasource.id, in: datasource.organizationID, transaction)
            throw LoupeError.stale("datasource")
        }
        if sealed != nil {
            try SchemaCacheRepository.forget(datasource.id, in: datasource.organizationID, transaction)
        }
        try ObjectRows.setSearch(
            .datasource,
            datasource.id.uuid,
            in: datasource.organizationID,
            name: datasource.name,
            text: "",
            at: now,
            transaction
        )
        return try Self.find(datasource.id, in: datasource.organizationID, transaction)
    }

    @discardableResult
    package func update(
        _ datasource: Datasource,
        sealed: [UInt8]? = nil,
        at now: Timestamp
    ) async throws -> Datasource {
        try await database.write { try Self.update(datasource, sealed: sealed, at: now, $0) }
    }

    /// Keeps what a test of this revision said. It is no edit: the version stays.
    package func setLastTest(
        _ test: Datasource.LastTest,
        of id: Datasource.ID,
        revision: Int,
        in organization: Organization.ID
    ) async throws {
        try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE datasources AS o SET last_test_success = \(test.success), last_test_message = \(test.message),
                last_test_at = \(test.at) WHERE \(Self.isHere(id, organization)) AND o.revision = \(revision)
                """
            )
        }
    }
}
