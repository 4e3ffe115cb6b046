/// The shape of a value in a request or an answer, as the OpenAPI document writes it.
package indirect enum Schema: Hashable, Sendable {
    case text(length: ClosedRange<Int>, format: String?)
    case integer(ClosedRange<Int>)
    case number
    case boolean
    case oneOf([String])
    /// A string that is not bounded by length but by its form: `uuid`, `date-time`, `email`.
    case format(String)
    case array(Schema, count: ClosedRange<Int>)
    case object([FieldSchema])
    /// Any JSON object or value, kept as it is.
    case json(maximumBytes: Int)
    case nullable(Schema)
}

/// A named part of an object's schema.
package struct FieldSchema: Hashable, Sendable {
    package enum Presence: String, Sendable {
        case required
        case optional
        case change
    }

    package let name: String
    package let schema: Schema
    package let presence: Presence

    package init(name: String, schema: Schema, presence: Presence) {
        self.name = name
        self.schema = schema
        self.presence = presence
    }
}
