import LoupeCore
import LoupeServices

/// `POST /runs`
package struct NewRun: RequestBody {
    let queryID: SavedQuery.ID
    let parameters: [String: JSONValue]
    let limits: RunService.LimitChanges
    /// A completed run of the same work that is at most so old is as good.
    let maxAge: Duration?

    package init(_ fields: Fields) {
        queryID = fields.required("query_id", .id())
        parameters = fields.parameterValues()
        limits = fields.limitChanges()
        maxAge = fields.optional("max_age_seconds", .integer(0...31_536_000)).map { .seconds($0) }
    }
}

/// `POST /runs/execute`
package struct NewAdHocRun: RequestBody {
    let datasourceID: Datasource.ID
    let sql: String
    let parameters: [String: JSONValue]
    let definitions: [ParameterDefinition]
    let limits: RunService.LimitChanges

    package init(_ fields: Fields) {
        datasourceID = fields.required("datasource_id", .id())
        sql = fields.required("sql", .sql)
        parameters = fields.parameterValues()
        definitions = fields.optional("parameter_definitions", .parameters, default: []).map(\.definition)
        limits = fields.limitChanges()
        fields.checkNames(of: definitions)
    }
}

extension Fields {
    func limitChanges() -> RunService.LimitChanges {
        RunService.LimitChanges(
            timeoutSeconds: optional("timeout_seconds", .timeout),
            maxRows: optional("max_rows", .maxRows),
            maxBytes: optional("max_bytes", .maxBytes)
        )
    }

    /// An object name → value. Each value's own rules are the resolver's, which knows the declarations.
    func parameterValues() -> [String: JSONValue] {
        guard case .object(let values)? = optional("parameters", .json(objectUpTo: EndpointOptions.standardBody)) else {
            return [:]
        }
        return values
    }
}
