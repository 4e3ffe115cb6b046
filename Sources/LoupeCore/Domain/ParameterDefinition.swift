/// A parameter of a saved query or dashboard, as its author declared it.
package struct ParameterDefinition: Hashable, Sendable {
    package var name: String
    package var type: ParameterType
    /// As it would stand in a request; a date may be relative.
    package var defaultValue: JSONValue?
    package var isRequired: Bool
    package var label: String?
    package var isMultiple: Bool
    package var options: [Option]
    /// A saved query whose rows are the choices.
    package var optionsQueryID: SavedQuery.ID?

    package struct Option: Hashable, Sendable {
        package var value: JSONValue
        package var label: String?

        package init(value: JSONValue, label: String? = nil) {
            self.value = value
            self.label = label
        }
    }

    package init(
        name: String,
        type: ParameterType,
        defaultValue: JSONValue? = nil,
        isRequired: Bool = false,
        label: String? = nil,
        isMultiple: Bool = false,
        options: [Option] = [],
        optionsQueryID: SavedQuery.ID? = nil
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.label = label
        self.isMultiple = isMultiple
        self.options = options
        self.optionsQueryID = optionsQueryID
    }

    /// A letter or underscore, then letters, digits and underscores: what the SQL lexer takes for a name.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 63, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 0x20) && byte < 128 || byte == UInt8(ascii: "_")
        }
    }
}

extension ParameterDefinition {
    /// As the API writes it and the store keeps it.
    package var json: JSONValue {
        [
            "name": .string(name),
            "param_type": .string(type.rawValue),
            "default": defaultValue ?? .null,
            "required": .boolean(isRequired),
            "label": label.map(JSONValue.string) ?? .null,
            "multiple": .boolean(isMultiple),
            "options": .array(
                options.map { ["value": $0.value, "label": $0.label.map(JSONValue.string) ?? .null] }
            ),
            "options_query_id": optionsQueryID.map { .string($0.description) } ?? .null,
        ]
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: JSONValue) {
        guard case .object(let members) = json, case .string(let name)? = members["name"],
            case .string(let typeName)? = members["param_type"], let type = ParameterType(rawValue: typeName)
        else { return nil }
        self.init(name: name, type: type)
        if let value = members["default"], value != .null { defaultValue = value }
        if case .boolean(let flag)? = members["required"] { isRequired = flag }
        if case .string(let text)? = members["label"] { label = text }
        if case .boolean(let flag)? = members["multiple"] { isMultiple = flag }
        if case .array(let list)? = members["options"] { options = list.compactMap(Option.init(json:)) }
        if case .string(let text)? = members["options_query_id"] { optionsQueryID = Identifier(text) }
    }
}

extension ParameterDefinition.Option {
    init?(json: JSONValue) {
        guard case .object(let members) = json, let value = members["value"] else { return nil }
        self.init(value: value)
        if case .string(let text)? = members["label"] { label = text }
    }
}
