package import LoupeCore

package struct QueryBody: JSONEncodableBody {
    let query: SavedQuery

    init(_ query: SavedQuery) {
        self.query = query
    }

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
