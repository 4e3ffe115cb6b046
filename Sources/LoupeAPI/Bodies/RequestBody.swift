package import LoupeCore

/// What a route reads from a request's JSON object.
///
/// The initializer names each field with its rule and never fails: problems gather in `fields`, and a body with any is
/// thrown away by whoever started the reading. Run against a recording `Fields`, the same lines yield the schema.
package protocol RequestBody: Sendable {
    init(_ fields: Fields)

    /// The shape of the body; what the initializer reads, unless it keeps members of any name.
    static var schema: Schema { get }
}

extension RequestBody {
    /// Reads a body. Throws `LoupeError`: `badRequest` for a wrong type or a missing field, `validationFailed` for a
    /// broken rule, each with every offending field in its details.
    package static func read(_ json: JSONValue) throws(LoupeError) -> Self {
        guard case .object(let members) = json else {
            throw LoupeError(.badRequest, "the body must be a JSON object")
        }
        let fields = Fields(members)
        let body = Self(fields)
        if fields.changes == .expected {
            fields.problems.add(.rule, "", "the body names no field that can be changed")
        }
        if let error = fields.problems.error { throw error }
        return body
    }

    /// The fields that the initializer names, in order, under the type's name.
    package static var schema: Schema {
        let fields = Fields(recording: ())
        _ = Self(fields)
        return .object(String(describing: Self.self), fields.recorded)
    }
}

/// A field of a change: PUT and PATCH change just what the body names.
package enum Change<Value: Sendable>: Sendable {
    case absent
    case set(Value)

    /// The new value, or the present one where the body did not name the field.
    package func applied(to present: Value) -> Value {
        switch self {
        case .absent: present
        case .set(let value): value
        }
    }

    package func map<Other>(_ transform: (Value) -> Other) -> Change<Other> {
        switch self {
        case .absent: .absent
        case .set(let value): .set(transform(value))
        }
    }

    package var value: Value? {
        switch self {
        case .absent: nil
        case .set(let value): value
        }
    }
}

extension Change: Equatable where Value: Equatable {}
