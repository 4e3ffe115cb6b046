package import LoupeCore

/// A saved query that comes with the sample data "New York flights", in SQLite's dialect.
package struct SampleQuery: Hashable, Sendable {
    package let name: String
    package let description: String
    package let sql: String
    package let parameters: [ParameterDefinition]
    package let tags: [String]

    init(
        _ name: String,
        description: String,
        parameters: [ParameterDefinition] = [],
        tags: [String],
        sql: String
    ) {
        self.name = name
        self.description = description
        self.sql = sql
        self.parameters = parameters
        self.tags = tags
    }

    /// All of them, in the order in which a newcomer should meet them.
    package static let all = overview + punctuality + weather + fleet
}

/// Parameters that several sample queries share.
extension ParameterDefinition {
    static let start = ParameterDefinition(
        name: "start",
        type: .date,
        defaultValue: "2013-01-01",
        isRequired: true,
        label: "From"
    )
    static let end = ParameterDefinition(
        name: "end",
        type: .date,
        defaultValue: "2013-12-31",
        isRequired: true,
        label: "To, inclusive"
    )
    static let origins = ParameterDefinition(
        name: "origins",
        type: .string,
        defaultValue: ["EWR", "JFK", "LGA"],
        isRequired: true,
        label: "New York airports",
        isMultiple: true,
        options: [
            Option(value: "EWR", label: "Newark Liberty"), Option(value: "JFK", label: "John F. Kennedy"),
            Option(value: "LGA", label: "LaGuardia"),
        ]
    )
}
