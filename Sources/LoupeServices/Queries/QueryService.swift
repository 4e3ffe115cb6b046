package import LoupeCore
package import LoupeStore

/// Saved queries. What is saved has passed the guard, so that a query that can never run is refused at once.
package struct QueryService: Sendable {
    let database: any Database
    let queries: QueryRepository
    let rules: DatasourceRules
    let errands: ErrandDesk
    let surroundings: Surroundings

    package init(
        database: any Database,
        rules: DatasourceRules,
        errands: ErrandDesk,
        surroundings: Surroundings
    ) {
        self.database = database
        self.rules = rules
        self.errands = errands
        self.surroundings = surroundings
        queries = QueryRepository(database)
    }

    package func find(_ id: SavedQuery.ID, by caller: Caller) async throws -> SavedQuery {
        try await queries.find(id, in: caller.organization)
    }

    package func list(
        _ request: ListRequest,
        datasource: Datasource.ID?,
        by caller: Caller
    ) async throws -> Page<SavedQuery> {
        try await queries.list(request, datasource: datasource, in: caller.organization)
    }

    /// A query about to be made.
    package struct Draft: Sendable {
        package var datasourceID: Datasource.ID
        package var name: String
        package var description = ""
        package var sql: String
        package var parameters: [ParameterDefinition] = []
        package var tags: [String] = []
        package var limits = QueryLimits()

        package init(datasourceID: Datasource.ID, name: String, sql: String) {
            self.datasourceID = datasourceID
            self.name = name
            self.sql = sql
        }
    }

    package func create(_ draft: Draft, by caller: Caller) async throws -> SavedQuery {
        try await naming("datasource_id") {
            try await check(draft.sql, draft.parameters, on: draft.datasourceID, by: caller)
        }
        let now = surroundings.now()
        let query = SavedQuery(
            id: surroundings.newID(),
            organizationID: caller.organization,
            datasourceID: draft.datasourceID,
            name: draft.name,
            description: draft.description,
            sql: draft.sql,
            parameters: draft.parameters,
            tags: draft.tags,
            limits: draft.limits,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        try await queries.insert(query)
        return try await queries.find(query.id, in: caller.organization)
    }

    /// Changes what `change` changes. Throws `precondition_failed` where `version` is given and no longer stands, or
    /// where somebody else saved at the same moment.
    package func update(
        _ id: SavedQuery.ID,
        version: Int?,
        by caller: Caller,
        _ change: (inout SavedQuery) -> Void
    ) async throws -> SavedQuery {
        var query = try await queries.find(id, in: caller.organization)
        if let version, version != query.version { throw LoupeError.stale("query") }
        let before = query
        change(&query)
        if query.sql != before.sql || query.datasourceID != before.datasourceID
            || query.parameters != before.parameters
        {
            try await naming("datasource_id") { [query] in
                try await check(query.sql, query.parameters, on: query.datasourceID, by: caller)
            }
        }
        return try await queries.update(query, by: caller.user, at: surroundings.now())
    }

    /// What the guard says of a statement and, where a runner reaches the database, what that says of it: nothing runs.
    package func validate(
        _ sql: String,
        on datasource: Datasource.ID,
        by caller: Caller
    ) async throws -> StatementReport {
        let datasource = try await DatasourceRepository(database).find(datasource, in: caller.organization)
        var report = await rules.inspect(sql, datasource.kind).judged(for: datasource)
        let isExplainable = report.statement == nil || report.statement == "select" || report.statement == "values"
        guard report.problems.isEmpty, isExplainable else { return report }
        if let failure = try await databaseProblem(sql, report.parameters, on: datasource, by: caller) {
            report.problems = [
                LoupeError.Detail(
                    field: "sql",
                    message: failure.message,
                    code: failure.code,
                    position: failure.position,
                    line: failure.line,
                    column: failure.column
                )
            ]
        }
        return report
    }

    /// What is wrong with a statement by the database's own word; nil also where it could not be asked.
    private func databaseProblem(
        _ sql: String,
        _ names: [String],
        on datasource: Datasource,
        by caller: Caller
    ) async throws -> QueryFailure? {
        let empty = names.map { BoundParameter(name: $0, type: .string, value: .null) }
        let item = errands.item(
            .explain,
            datasource: datasource.id,
            payload: ["sql": .string(sql), "time_zone": "UTC", "parameters": .array(empty.map(\.json))],
            for: caller
        )
        do {
            _ = try await errands.carryOut(item, for: caller)
            return nil
        } catch let failure as QueryFailure {
            return failure.isAboutSQL && (names.isEmpty || !failure.isAboutTypes) ? failure : nil
        } catch let error as LoupeError where error.code == .timeout || error.underlying is QueryFailure {
            return nil
        }
    }

    /// What the guard and the parameters' rules say. Throws `not_found` for a datasource that is not there.
    func check(
        _ sql: String,
        _ parameters: [ParameterDefinition],
        on datasource: Datasource.ID,
        by caller: Caller
    ) async throws {
        let datasource = try await DatasourceRepository(database).find(datasource, in: caller.organization)
        try await rules.inspect(sql, datasource.kind).judged(for: datasource).requireReadable()
        try await ParameterRules.check(parameters, in: caller.organization, database)
    }
}

extension QueryFailure {
    /// Syntax errors and names that are not there, as opposed to a database that is not reached.
    fileprivate var isAboutSQL: Bool {
        code.hasPrefix("42") || code.hasPrefix("22") || code == "SQLITE_ERROR" || code == "rejected"
    }

    /// What a value of another type might not bring about: parameters are asked about as untyped NULLs, as only a run
    /// knows their values. Undefined and ambiguous functions and operators, types that cannot be told or cast, and
    /// values that do not convert.
    fileprivate var isAboutTypes: Bool {
        ["42883", "42725", "42P18", "42P08", "42804", "42846"].contains(code) || code.hasPrefix("22")
    }
}
