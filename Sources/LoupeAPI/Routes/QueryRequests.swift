import LoupeCore
import LoupeServices

/// `POST /queries`
package struct NewQuery: RequestBody {
    let datasourceID: Datasource.ID
    let name: String
    let description: String
    let sql: String
    let parameters: [ParameterDefinition]
    let tags: [String]
    let limits: QueryLimits

    package init(_ fields: Fields) {
        datasourceID = fields.required("datasource_id", .id())
        name = fields.required("name", .name)
        description = fields.optional("description", .description, default: "")
        sql = fields.required("sql", .sql)
        parameters = fields.optional("parameters", .parameters, default: []).map(\.definition)
        tags = fields.optional("tags", .tags, default: [])
        let standard = QueryLimits()
        var limits = standard
        limits.timeoutSeconds = fields.optional("timeout_seconds", .timeout, default: standard.timeoutSeconds)
        limits.maxRows = fields.optional("max_rows", .maxRows, default: standard.maxRows)
        limits.maxBytes = fields.optional("max_bytes", .maxBytes, default: standard.maxBytes)
        limits.maxRetries = fields.optional("max_retries", .retries, default: standard.maxRetries)
        self.limits = limits
        fields.checkNames(of: parameters)
    }
}

extension NewQuery {
    var draft: QueryService.Draft {
        var draft = QueryService.Draft(datasourceID: datasourceID, name: name, sql: sql)
        draft.description = description
        draft.parameters = parameters
        draft.tags = tags
        draft.limits = limits
        return draft
    }
}

/// `PUT` and `PATCH /queries/{id}`
package struct QueryChange: RequestBody {
    let datasourceID: Change<Datasource.ID>
    let name: Change<String>
    let description: Change<String?>
    let sql: Change<String>
    let parameters: Change<[ParameterDefinition]>
    let tags: Change<[String]>
    let timeoutSeconds: Change<Int>
    let maxRows: Change<Int>
    let maxBytes: Change<Int>
    let maxRetries: Change<Int>

    package init(_ fields: Fields) {
        datasourceID = fields.change("datasource_id", .id())
        name = fields.change("name", .name)
        description = fields.clearable("description", .description)
        sql = fields.change("sql", .sql)
        parameters = fields.change("parameters", .parameters).map { $0.map(\.definition) }
        tags = fields.change("tags", .tags)
        timeoutSeconds = fields.change("timeout_seconds", .timeout)
        maxRows = fields.change("max_rows", .maxRows)
        maxBytes = fields.change("max_bytes", .maxBytes)
        maxRetries = fields.change("max_retries", .retries)
        fields.checkNames(of: parameters.value ?? [])
    }

    /// The query as it is after the change.
    func applied(to query: SavedQuery) -> SavedQuery {
        var query = query
        query.datasourceID = datasourceID.applied(to: query.datasourceID)
        query.name = name.applied(to: query.name)
        query.description = description.applied(to: query.description) ?? ""
        query.sql = sql.applied(to: query.sql)
        query.parameters = parameters.applied(to: query.parameters)
        query.tags = tags.applied(to: query.tags)
        query.limits.timeoutSeconds = timeoutSeconds.applied(to: query.limits.timeoutSeconds)
        query.limits.maxRows = maxRows.applied(to: query.limits.maxRows)
        query.limits.maxBytes = maxBytes.applied(to: query.limits.maxBytes)
        query.limits.maxRetries = maxRetries.applied(to: query.limits.maxRetries)
        return query
    }
}

/// `POST /queries/validate`
package struct QueryValidation: RequestBody {
    let datasourceID: Datasource.ID
    let sql: String

    package init(_ fields: Fields) {
        datasourceID = fields.required("datasource_id", .id())
        sql = fields.required("sql", .sql)
    }
}
