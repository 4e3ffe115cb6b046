/// The shape of a value in a request or an answer, as the OpenAPI document writes it. Every shape has a bound.
package indirect enum Schema: Hashable, Sendable {
    case text(length: ClosedRange<Int>, format: String?)
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    case oneOf([String])
    /// A string that is bounded by its form: `uuid`, `date-time`.
    case format(String)
    case array(Schema, count: ClosedRange<Int>)
    case object([FieldSchema])
    /// An object of at most so many members of any name.
    case map(Schema, count: ClosedRange<Int>)
    /// Any JSON object, kept as it is.
    case json(maximumBytes: Int)
    /// Any JSON value.
    case any(maximumBytes: Int)
    case nullable(Schema)
    /// A shape that has a name in the document and stands there once.
    case named(String, Schema)
}

extension Schema {
    package static let id = Schema.format("uuid")
    package static let time = Schema.format("date-time")
    package static let name = Schema.string(1...255)
    package static let tags = Schema.array(.string(1...50), count: 0...50)
    /// A counter or a size: what fits a number of JSON exactly.
    package static let count = Schema.integer(0...9_007_199_254_740_991)

    package static func string(_ length: ClosedRange<Int>) -> Schema {
        .text(length: length, format: nil)
    }

    /// An object with a name of its own in the document.
    package static func object(_ name: String, _ fields: [FieldSchema]) -> Schema {
        .named(name, .object(fields))
    }

    /// The words of a closed set.
    package static func words<Word>(_: Word.Type) -> Schema
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        .oneOf(Word.allCases.map(\.rawValue))
    }

    package var orNull: Schema { .nullable(self) }
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

    /// A field that every such object has.
    package static func field(_ name: String, _ schema: Schema) -> FieldSchema {
        FieldSchema(name: name, schema: schema, presence: .required)
    }

    /// A field that some such objects have.
    package static func sometimes(_ name: String, _ schema: Schema) -> FieldSchema {
        FieldSchema(name: name, schema: schema, presence: .optional)
    }
}

extension [FieldSchema] {
    /// Who made an object and when, as every object ends.
    package static var origin: [FieldSchema] {
        [
            .field("created_by", .id.orNull),
            .field("created_by_name", .name.orNull),
            .field("created_at", .time),
            .field("updated_at", .time),
        ]
    }
}
