import LoupeCore

extension Visualization {
    func archived() -> ArchiveDocument {
        ArchiveDocument(
            kind: .visualization,
            id: id.uuid,
            members: [
                .init("name", .text(name)),
                .init("query", .text(queryID.description)),
                .init("chart_type", .text(chartType.rawValue)),
                .init("config", ArchiveValue(config)),
                .init("tags", .list(tags.map(ArchiveValue.text))),
            ]
        )
    }

    init?(_ document: ArchiveDocument, over before: Visualization?, _ making: ArchiveMaking) {
        let fields = ArchiveFields(document.members, document.path, making.problems)
        let name = fields.text("name")
        let query = fields.query("query", making.names)
        let type: ChartType? = fields.word("chart_type")
        let config = fields.object("config", Visualization.maximumConfigBytes)
        let tags = fields.tags()
        fields.finish()
        guard let query, let type else { return nil }
        self.init(
            id: ID(document.id),
            organizationID: making.organization,
            queryID: query,
            name: name,
            chartType: type,
            config: config,
            tags: tags,
            createdBy: before?.createdBy ?? making.user,
            createdAt: before?.createdAt ?? making.now,
            updatedAt: making.now,
            version: before?.version ?? 1
        )
    }
}

extension ArchiveFields {
    /// The key of a query that is exported or is there.
    func query(_ name: String, _ names: ArchiveNames) -> SavedQuery.ID? {
        let count = problems.list.count
        let query: SavedQuery.ID? = id(name)
        guard let query else {
            if problems.list.count == count { problem(name, "is missing") }
            return nil
        }
        if !names.queries.contains(query) { problem(name, "there is no query \(query)") }
        return query
    }
}
