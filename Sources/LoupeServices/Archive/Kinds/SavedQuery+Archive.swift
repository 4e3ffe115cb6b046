import LoupeCore

extension SavedQuery {
    func archived(_ names: ArchiveNames) -> ArchiveDocument {
        ArchiveDocument(
            kind: .query,
            id: id.uuid,
            members: [
                .init("name", .text(name)),
                .init("description", .text(description)),
                .init("datasource", .optional(names.datasources[datasourceID])),
                .init("parameters", .list(parameters.map { $0.archived(names) })),
                .init("timeout_seconds", .integer(limits.timeoutSeconds)),
                .init("max_rows", .integer(limits.maxRows)),
                .init("max_bytes", .integer(limits.maxBytes)),
                .init("max_retries", .integer(limits.maxRetries)),
                .init("tags", .list(tags.map(ArchiveValue.text))),
            ],
            sql: sql
        )
    }

    /// What a document says, over what is there already. Problems are gathered in `making`.
    init?(_ document: ArchiveDocument, over before: SavedQuery?, _ making: ArchiveMaking) {
        let fields = ArchiveFields(document.members, document.path, making.problems)
        let name = fields.text("name")
        let description = fields.text("description", 0...2000)
        let datasourceName = fields.text("datasource")
        let parameters = fields.parameters(making.names)
        let standard = QueryLimits()
        var limits = QueryLimits()
        limits.timeoutSeconds = fields.integer(
            "timeout_seconds",
            QueryLimits.timeoutRange,
            default: standard.timeoutSeconds
        )
        limits.maxRows = fields.integer("max_rows", QueryLimits.rowsRange, default: standard.maxRows)
        limits.maxBytes = fields.integer("max_bytes", QueryLimits.bytesRange, default: standard.maxBytes)
        limits.maxRetries = fields.integer("max_retries", QueryLimits.retriesRange, default: standard.maxRetries)
        let tags = fields.tags()
        fields.finish()
        guard let sql = document.sql else {
            making.problems.add(document.sqlPath, "is missing")
            return nil
        }
        guard let datasource = fields.datasource(datasourceName, "datasource", making.names) else { return nil }
        self.init(
            id: ID(document.id),
            organizationID: making.organization,
            datasourceID: datasource,
            name: name,
            description: description,
            sql: sql,
            parameters: parameters,
            tags: tags,
            limits: limits,
            createdBy: before?.createdBy ?? making.user,
            createdAt: before?.createdAt ?? making.now,
            updatedAt: making.now,
            version: before?.version ?? 1
        )
    }
}

extension ArchiveFields {
    /// The datasource of a name that was read from `field`.
    func datasource(_ name: String, _ field: String, _ names: ArchiveNames) -> Datasource.ID? {
        guard !name.isEmpty else { return nil }
        switch names.datasource(name) {
        case .success(let id): return id
        case .failure(let missing):
            problem(field, missing.message)
            return nil
        }
    }
}
