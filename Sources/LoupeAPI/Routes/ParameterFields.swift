import LoupeCore

/// A parameter's declaration inside a query or an ad-hoc run.
struct ParameterFields: RequestBody {
    struct Option: RequestBody {
        let value: JSONValue
        let label: String?

        init(_ fields: Fields) {
            value = fields.required("value", .json(anyUpTo: 1024))
            label = fields.optional("label", .text(0...255))
        }
    }

    let definition: ParameterDefinition

    init(_ fields: Fields) {
        let name = fields.required(
            "name",
            .text(1...63).checked { name in
                ParameterDefinition.isName(name) ? nil : "must be a letter or _, then letters, digits and _"
            }
        )
        var definition = ParameterDefinition(name: name, type: fields.required("param_type", .oneOf()))
        definition.defaultValue = fields.optional("default", .json(anyUpTo: 65_536))
        definition.isRequired = fields.optional("required", .boolean, default: false)
        definition.label = fields.optional("label", .text(0...255))
        definition.isMultiple = fields.optional("multiple", .boolean, default: false)
        definition.options = fields.optional("options", .array(.object(Option.self), count: 0...500), default: [])
            .map { ParameterDefinition.Option(value: $0.value, label: $0.label) }
        definition.optionsQueryID = fields.optional("options_query_id", .id())
        self.definition = definition
    }
}

extension FieldRule where Value == [ParameterFields] {
    static var parameters: FieldRule { .array(.object(), count: 0...50) }
}

extension FieldRule where Value == [String] {
    /// Sorted and without duplicates, as they are kept.
    package static var tags: FieldRule<[String]> {
        let list = FieldRule.array(.text(1...50), count: 0...50)
        return FieldRule(list.schema, placeholder: []) { json, path, problems in
            list.read(json, path, problems).map { Set($0).sorted() }
        }
    }
}

extension FieldRule where Value == String {
    package static var sql: FieldRule { text(bytes: 1...100_000) }
    package static var description: FieldRule { text(0...2000) }
}

extension FieldRule where Value == Int {
    package static var timeout: FieldRule { integer(QueryLimits.timeoutRange) }
    package static var maxRows: FieldRule { integer(QueryLimits.rowsRange) }
    package static var maxBytes: FieldRule { integer(QueryLimits.bytesRange) }
    package static var retries: FieldRule { integer(QueryLimits.retriesRange) }
}

extension Fields {
    /// Two parameters of one name would leave the second without a value.
    func checkNames(of parameters: [ParameterDefinition]) {
        var seen: Set<String> = []
        for (index, parameter) in parameters.enumerated() where !seen.insert(parameter.name).inserted {
            breaksRule("parameters[\(index)].name", "is declared twice")
        }
    }
}
