import LoupeCore

/// What may be said of how long a run may take and how much it may bring.
struct LimitOverrides: Hashable, Sendable {
    var timeoutSeconds: Int?
    var maxRows: Int?
    var maxBytes: Int?

    init(_ fields: Fields) {
        timeoutSeconds = fields.optional("timeout_seconds", .timeout)
        maxRows = fields.optional("max_rows", .maxRows)
        maxBytes = fields.optional("max_bytes", .maxBytes)
    }
}

/// `POST /runs`
package struct NewRun: RequestBody {
    let queryID: SavedQuery.ID
    let parameters: [String: JSONValue]
    let overrides: LimitOverrides
    /// A completed run of the same work that is at most so old is as good.
    let maxAge: Duration?

    package init(_ fields: Fields) {
        queryID = fields.required("query_id", .id())
        parameters = fields.parameterValues()
        overrides = LimitOverrides(fields)
        maxAge = fields.optional("max_age_seconds", .integer(0...31_536_000)).map { .seconds($0) }
    }
}

/// `POST /runs/execute`
package struct NewAdHocRun: RequestBody {
    let datasourceID: Datasource.ID
    let sql: String
    let parameters: [String: JSONValue]
    let definitions: [ParameterDefinition]
    let overrides: LimitOverrides

    package init(_ fields: Fields) {
        datasourceID = fields.required("datasource_id", .id())
        sql = fields.required("sql", .sql)
        parameters = fields.parameterValues()
        definitions = fields.optional("parameter_definitions", .parameters, default: []).map(\.definition)
        overrides = LimitOverrides(fields)
        fields.checkNames(of: definitions)
    }
}

extension Fields {
    /// An object name → value. Each value's own rules are the resolver's, which knows the declarations.
    func parameterValues() -> [String: JSONValue] {
        guard case .object(let values)? = optional("parameters", .json(objectUpTo: EndpointOptions.standardBody)) else {
            return [:]
        }
        return values
    }
}
