package import LoupeCore

package struct QueryBody: JSONEncodableBody {
    let query: SavedQuery

    init(_ query: SavedQuery) {
        self.query = query
    }

    package static let schema = Schema.object(
        "Query",
        [
            .field("id", .id),
            .field("org_id", .id),
            .field("datasource_id", .id),
            .field("name", .name),
            .field("description", .string(0...2000)),
            .field("sql", .string(1...100_000)),
            .field("parameters", .array(.parameter, count: 0...50)),
            .field("timeout_seconds", .integer(QueryLimits.timeoutRange)),
            .field("max_rows", .integer(QueryLimits.rowsRange)),
            .field("max_bytes", .integer(QueryLimits.bytesRange)),
            .field("max_retries", .integer(QueryLimits.retriesRange)),
            .field("tags", .tags),
        ] + .origin
    )

    package var entityTag: String? { EntityTag.of(version: query.version) }
    package var location: String? { "/api/v1/queries/\(query.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", query.id)
            json.field("org_id", query.organizationID)
            json.field("datasource_id", query.datasourceID)
            json.field("name", query.name)
            json.field("description", query.description)
            json.field("sql", query.sql)
            json.key("parameters")
            json.array(query.parameters) { $0.value($1.json) }
            json.field("timeout_seconds", query.limits.timeoutSeconds)
            json.field("max_rows", query.limits.maxRows)
            json.field("max_bytes", query.limits.maxBytes)
            json.field("max_retries", query.limits.maxRetries)
            json.key("tags")
            json.array(query.tags) { $0.value($1) }
            json.field("created_by", query.createdBy)
            json.field("created_by_name", query.createdByName)
            json.field("created_at", query.createdAt)
            json.field("updated_at", query.updatedAt)
        }
    }
}

extension Schema {
    /// A parameter as queries and dashboards keep it.
    package static let parameter = Schema.object(
        "Parameter",
        [
            .field("name", .string(1...63)),
            .field("param_type", .words(ParameterType.self)),
            .field("default", .any(maximumBytes: 65_536)),
            .field("required", .boolean),
            .field("label", .string(0...255).orNull),
            .field("multiple", .boolean),
            .field(
                "options",
                .array(
                    .object(
                        "ParameterOption",
                        [.field("value", .any(maximumBytes: 1024)), .field("label", .string(0...255).orNull)]
                    ),
                    count: 0...500
                )
            ),
            .field("options_query_id", .id.orNull),
        ]
    )
}
