package import LoupeCore

/// Datasources. Their connection strings go in and out sealed; nothing here can open them.
package struct DatasourceRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func find(_ id: Datasource.ID, in organization: Organization.ID) async throws -> Datasource {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: Datasource.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Datasource {
        let datasource = try transaction.first(
            "SELECT \(columns) FROM \(tables) WHERE \(isHere(id, organization))",
            as: Datasource.init(row:)
        )
        guard let datasource else { throw LoupeError.notFound("datasource") }
        return datasource
    }

    /// The sealed connection string with the datasource whose it is, for the runner.
    package func connection(
        of id: Datasource.ID,
        in organization: Organization.ID
    ) async throws -> (datasource: Datasource, sealed: [UInt8]) {
        let found = try await database.read { transaction in
            try transaction.first(
                "SELECT \(Self.columns), o.sealed_connection FROM \(Self.tables) WHERE \(Self.isHere(id, organization))"
            ) { row in (datasource: try Datasource(row: &row), sealed: try row.bytes()) }
        }
        guard let found else { throw LoupeError.notFound("datasource") }
        return found
    }

    package func list(
        _ request: ListRequest,
        kind: Datasource.Kind? = nil,
        in organization: Organization.ID
    ) async throws -> Page<Datasource> {
        var filter: SQL = "o.org_id = \(organization) AND o.deleted_at IS NULL"
        if let kind { filter += " AND o.ds_type = \(kind)" }
        if let search = request.search?.folded {
            filter += #" AND o.name_key LIKE \#(TextSearch.pattern(containing: search)) ESCAPE '\'"#
        }
        let query = ListQuery(
            columns: Self.columns,
            from: Self.tables,
            filter: filter,
            id: "o.id",
            sorts: ListSort.ofObjects
        )
        return try await database.read { try query.page(request, in: $0, as: Datasource.init(row:)) }
    }

    /// The name of each that is there.
    package func names(in organization: Organization.ID) async throws -> [Datasource.ID: String] {
        let names: [(Datasource.ID, String)] = try await database.read { transaction in
            try transaction.all(
                "SELECT id, name FROM datasources WHERE org_id = \(organization) AND deleted_at IS NULL"
            ) { row in (try row.id(), try row.text()) }
        }
        return Dictionary(names) { first, _ in first }
    }

    static let tables: SQL = """
        datasources AS o LEFT JOIN users AS creator ON creator.org_id = o.org_id AND creator.id = o.created_by
        """

    static let columns: SQL = """
        o.id, o.org_id, o.name, o.ds_type, o.host, o.port, o.database_name, o.user_name, o.sslmode, o.revision,
        o.max_concurrency, o.max_cost, o.last_test_success, o.last_test_message, o.last_test_at, o.created_by,
        creator.name, o.created_at, o.updated_at, o.version, o.allow_unparsed
        """

    static func isHere(_ id: Datasource.ID, _ organization: Organization.ID) -> SQL {
        "o.org_id = \(organization) AND o.id = \(id) AND o.deleted_at IS NULL"
    }
}

extension ListSort {
    /// The orders of every collection of named objects, with the alias `o`. The first is the default.
    static let ofObjects = [
        ListSort("name", "o.name_key", .text), ListSort("created_at", "o.created_at", .time),
        ListSort("updated_at", "o.updated_at", .time),
    ]
}

extension Datasource {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            name: try row.text(),
            kind: try row.enum(),
            connection: try Connection(row: &row),
            revision: try row.int(),
            maxConcurrency: try row.int(),
            maxCost: try row.optionalDouble(),
            lastTest: try LastTest(row: &row),
            createdBy: try row.optionalID(),
            createdByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        allowsUnparsed = try row.boolean()
    }
}

extension Datasource.Connection {
    fileprivate init(row: inout RowReader) throws {
        self.init(
            host: try row.optionalText(),
            port: try row.optionalInt(),
            database: try row.optionalText(),
            user: try row.optionalText(),
            sslmode: try row.optionalText()
        )
    }
}

extension Datasource.LastTest {
    fileprivate init?(row: inout RowReader) throws {
        let success = try row.optionalBoolean()
        let message = try row.optionalText()
        let at = try row.optionalTimestamp()
        guard let success, let message, let at else { return nil }
        self.init(success: success, message: message, at: at)
    }
}
