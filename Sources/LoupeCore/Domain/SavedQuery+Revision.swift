extension SavedQuery {
    /// What a revision keeps, and an export writes beside the datasource's name.
    package var content: JSONValue {
        [
            "datasource_id": .string(datasourceID.description),
            "name": .string(name),
            "description": .string(description),
            "sql": .string(sql),
            "parameters": .array(parameters.map(\.json)),
            "timeout_seconds": .number(String(limits.timeoutSeconds)),
            "max_rows": .number(String(limits.maxRows)),
            "max_bytes": .number(String(limits.maxBytes)),
            "max_retries": .number(String(limits.maxRetries)),
            "tags": .array(tags.map(JSONValue.string)),
        ]
    }

    /// Takes over what `content` wrote; a field that is not there stays as it is.
    package mutating func restore(_ content: JSONValue) {
        let content = StoredContent(content)
        datasourceID = content.text("datasource_id").flatMap(Datasource.ID.init) ?? datasourceID
        name = content.text("name") ?? name
        description = content.text("description") ?? description
        sql = content.text("sql") ?? sql
        parameters = content.list("parameters")?.compactMap(ParameterDefinition.init(json:)) ?? parameters
        limits.timeoutSeconds = content.int("timeout_seconds") ?? limits.timeoutSeconds
        limits.maxRows = content.int("max_rows") ?? limits.maxRows
        limits.maxBytes = content.int("max_bytes") ?? limits.maxBytes
        limits.maxRetries = content.int("max_retries") ?? limits.maxRetries
        tags = content.texts("tags") ?? tags
    }
}
