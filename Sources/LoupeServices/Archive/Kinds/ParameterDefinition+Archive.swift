import LoupeCore

extension ParameterDefinition {
    private static let order = [
        "name", "param_type", "label", "default", "required", "multiple", "options", "options_query_id",
    ]

    func archived(_ names: ArchiveNames) -> ArchiveValue {
        var definition = self
        // A query that is gone offers nothing any more.
        if let id = optionsQueryID, !names.queries.contains(id) { definition.optionsQueryID = nil }
        return ArchiveValue(definition.json, first: Self.order)
    }
}

extension ArchiveFields {
    func parameters(_ names: ArchiveNames) -> [ParameterDefinition] {
        let definitions = each("parameters", atMost: 50) { fields in fields.parameter(names) }
        do {
            try ParameterRules.check(definitions)
        } catch {
            problems.add(path, error)
        }
        return definitions
    }

    private func parameter(_ names: ArchiveNames) -> ParameterDefinition? {
        let name = text("name")
        let type: ParameterType? = word("param_type")
        let label = optionalText("label", 0...255)
        let value = json("default")
        let isRequired = flag("required", default: false)
        let isMultiple = flag("multiple", default: false)
        let options = each("options", atMost: 500) { fields in
            let option = ParameterDefinition.Option(
                value: fields.json("value") ?? .null,
                label: fields.optionalText("label", 0...255)
            )
            return option
        }
        let query: SavedQuery.ID? = id("options_query_id")
        if let query, !names.queries.contains(query) { problem("options_query_id", "there is no such query") }
        guard let type else { return nil }
        return ParameterDefinition(
            name: name,
            type: type,
            defaultValue: value,
            isRequired: isRequired,
            label: label,
            isMultiple: isMultiple,
            options: options,
            optionsQueryID: query
        )
    }
}
