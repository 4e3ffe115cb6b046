extension BoundParameter {
    /// How a resolved value is kept with its run, so that a retry binds exactly the same.
    package var json: JSONValue {
        [
            "name": .string(name), "type": .string(type.rawValue), "multiple": .boolean(isMultiple),
            "value": value.json,
        ]
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: JSONValue) {
        guard case .object(let members) = json, case .string(let name)? = members["name"],
            case .string(let typeName)? = members["type"], let type = ParameterType(rawValue: typeName),
            case .boolean(let isMultiple)? = members["multiple"], let tagged = members["value"],
            let value = ParameterValue(tagged: tagged, type: type)
        else { return nil }
        self.init(name: name, type: type, isMultiple: isMultiple, value: value)
    }
}

extension ParameterValue {
    /// As it would stand in a request: what people see of a run's parameters.
    package var json: JSONValue {
        switch self {
        case .null: .null
        case .string(let text), .date(let text), .datetime(let text): .string(text)
        case .number(let text): .number(text)
        case .boolean(let flag): .boolean(flag)
        case .list(let values): .array(values.map(\.json))
        }
    }

    fileprivate init?(tagged: JSONValue, type: ParameterType) {
        switch tagged {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let text): self = .number(text)
        case .string(let text):
            switch type {
            case .date: self = .date(text)
            case .datetime: self = .datetime(text)
            case .string, .number, .boolean: self = .string(text)
            }
        case .array(let elements):
            let values = elements.compactMap { ParameterValue(tagged: $0, type: type) }
            guard values.count == elements.count else { return nil }
            self = .list(values)
        case .object: return nil
        }
    }
}
