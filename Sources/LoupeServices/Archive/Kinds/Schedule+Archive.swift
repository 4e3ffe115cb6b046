import LoupeCore

extension Schedule {
    func archived() -> ArchiveDocument {
        ArchiveDocument(
            kind: .schedule,
            id: id.uuid,
            members: [
                .init("name", .text(name)),
                .init("query", .text(queryID.description)),
                .init("cron_expression", .text(cronExpression)),
                .init("timezone", .text(timeZone)),
                .init("parameters", ArchiveValue(.object(parameters))),
                .init("enabled", .boolean(isEnabled)),
                .init("tags", .list(tags.map(ArchiveValue.text))),
            ]
        )
    }

    /// Its next time is computed anew.
    init?(_ document: ArchiveDocument, over before: Schedule?, _ making: ArchiveMaking) {
        let fields = ArchiveFields(document.members, document.path, making.problems)
        let name = fields.text("name")
        let query = fields.query("query", making.names)
        let cron = fields.text("cron_expression", 1...255)
        let timeZone = fields.text("timezone", 1...64)
        let parameters = fields.object("parameters", 65_536)
        let isEnabled = fields.flag("enabled", default: true)
        let tags = fields.tags()
        fields.finish()
        guard let query, case .object(let values) = parameters else { return nil }
        self.init(
            id: ID(document.id),
            organizationID: making.organization,
            queryID: query,
            name: name,
            cronExpression: cron,
            timeZone: timeZone,
            parameters: values,
            tags: tags,
            isEnabled: isEnabled,
            createdBy: before?.createdBy ?? making.user,
            createdAt: before?.createdAt ?? making.now,
            updatedAt: making.now,
            version: before?.version ?? 1
        )
        do {
            let next = try Timetable(cron, timeZone).next(1, after: making.now).first
            history.nextRunAt = isEnabled ? next : nil
        } catch {
            making.problems.add(document.path, error)
        }
    }
}
