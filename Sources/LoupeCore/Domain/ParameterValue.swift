/// The type of a parameter as its author declared it.
package enum ParameterType: String, CaseIterable, Sendable {
    case string
    case number
    case boolean
    case date
    case datetime
}

/// A resolved value on its way into a statement. Relative dates are absolute by now.
package enum ParameterValue: Hashable, Sendable {
    case null
    case string(String)
    /// A JSON number's text: every digit counts.
    case number(String)
    case boolean(Bool)
    /// `2026-01-31`
    case date(String)
    /// RFC 3339, or without an offset in the session's zone.
    case datetime(String)
    /// Of a `multiple` parameter; may be empty.
    case list([ParameterValue])
}

/// A named value for a statement's `:name`, with the type it was declared with.
package struct BoundParameter: Hashable, Sendable {
    package let name: String
    package let type: ParameterType
    package let isMultiple: Bool
    package let value: ParameterValue

    package init(name: String, type: ParameterType, isMultiple: Bool = false, value: ParameterValue) {
        self.name = name
        self.type = type
        self.isMultiple = isMultiple
        self.value = value
    }
}
