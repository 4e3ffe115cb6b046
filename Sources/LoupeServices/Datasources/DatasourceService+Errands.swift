package import LoupeCore
import LoupeStore

extension DatasourceService {
    /// How long a schema that was read is good.
    private static let schemaLifetime = Duration.seconds(600)

    /// Connects to a saved datasource and says what is wrong, as `POST /datasources/{id}/test` answers it.
    package func test(_ id: Datasource.ID, by caller: Caller) async throws -> JSONValue {
        let datasource = try await datasources.find(id, in: caller.organization)
        let answer = try await errands.carryOut(
            errands.item(.test, datasource: datasource.id, for: caller),
            for: caller
        )
        if case .object(let members) = answer, case .boolean(let success)? = members["success"],
            case .string(let message)? = members["message"]
        {
            try await datasources.setLastTest(
                Datasource.LastTest(success: success, message: message, at: surroundings.now()),
                of: id,
                revision: datasource.revision,
                in: caller.organization
            )
        }
        return answer
    }

    /// Tests a connection that is not saved. Its string is sealed on its way to the runner.
    package func testUnsaved(_ kind: Datasource.Kind, _ changes: Changes, by caller: Caller) async throws -> JSONValue {
        let plan = try rules.connect(
            ConnectionInput(
                kind: kind,
                connectionString: changes.connectionString,
                fields: changes.fields,
                password: changes.password
            )
        )
        let subject = AuditEntry.Subject(type: "connection", name: plan.connection.host)
        try await AuditRepository(database)
            .append(AuditEntry(.connectionTest, subject, by: caller, in: surroundings), in: caller.organization)
        var item = errands.item(
            .test,
            datasource: nil,
            payload: ["ds_type": .string(kind.rawValue)],
            for: caller
        )
        item.sealed = try secrets.seal(plan.secret, for: item.id, of: caller.organization)
        return try await errands.carryOut(item, for: caller)
    }

    /// Tables and columns, from the cache where they were read in the last ten minutes; `search` filters by the name of
    /// a table or column, anywhere and in either case. Throws `connection_error`, the database's reason underlying it:
    /// whoever may look need not be one who may see hosts and users.
    package func schema(
        _ id: Datasource.ID,
        search: String?,
        refresh: Bool,
        by caller: Caller
    ) async throws -> [JSONValue] {
        let datasource = try await datasources.find(id, in: caller.organization)
        let tables = try await tables(of: datasource, refresh: refresh, by: caller)
        guard let word = search?.folded, !word.isEmpty else { return tables }
        return tables.filter { $0.isSchemaMatch(word) }
    }

    private func tables(of datasource: Datasource, refresh: Bool, by caller: Caller) async throws -> [JSONValue] {
        let cache = SchemaCacheRepository(database)
        let known = try await cache.find(datasource.id, revision: datasource.revision, in: caller.organization)
        if !refresh, let known, surroundings.now().since(known.fetchedAt) < DatasourceService.schemaLifetime,
            case .array(let tables) = known.tables
        {
            return tables
        }
        let answer: JSONValue
        do {
            answer = try await errands.carryOut(
                errands.item(.introspect, datasource: datasource.id, for: caller),
                for: caller
            )
        } catch let failure as QueryFailure {
            throw LoupeError(.connectionError, "the datasource's tables could not be read", underlying: failure)
        }
        guard case .array(let tables) = answer else { return [] }
        return tables
    }

    /// SQL for a table's first rows; the names must be of the schema as it was read. Throws `not_found`.
    package func previewSQL(
        _ id: Datasource.ID,
        schema: String?,
        table: String,
        limit: Int,
        by caller: Caller
    ) async throws -> String {
        let datasource = try await datasources.find(id, in: caller.organization)
        let tables = try await tables(of: datasource, refresh: false, by: caller)
        let found = tables.first { candidate in
            guard case .object(let members) = candidate, case .string(let name)? = members["name"],
                case .string(let place)? = members["schema"]
            else { return false }
            return name == table && (schema == nil || schema == place)
        }
        guard case .object(let members)? = found, case .string(let place)? = members["schema"] else {
            throw LoupeError.notFound("table")
        }
        return "SELECT * FROM \(place.quotedName).\(table.quotedName) LIMIT \(limit)"
    }
}

extension JSONValue {
    fileprivate func isSchemaMatch(_ word: String) -> Bool {
        guard case .object(let members) = self else { return false }
        if members["name"]?.isNamed(like: word) == true { return true }
        guard case .array(let columns)? = members["columns"] else { return false }
        return columns.contains { column in
            guard case .object(let members) = column else { return false }
            return members["name"]?.isNamed(like: word) == true
        }
    }

    private func isNamed(like word: String) -> Bool {
        guard case .string(let name) = self else { return false }
        return name.folded.contains(word)
    }
}

extension String {
    /// As an SQL identifier.
    fileprivate var quotedName: String { "\"\(replacing("\"", with: "\"\""))\"" }
}
