import LoupeCore

/// What a field's value must be, and how it becomes a Swift value.
package struct FieldRule<Value: Sendable>: Sendable {
    let schema: Schema
    /// Stands in where there is nothing to read; the body that holds it is thrown away.
    let placeholder: Value
    let acceptsNull: Bool
    /// Nil after adding a problem under the given path.
    let read: @Sendable (JSONValue, _ path: String, Problems) -> Value?

    init(
        _ schema: Schema,
        placeholder: Value,
        acceptsNull: Bool = false,
        read: @escaping @Sendable (JSONValue, String, Problems) -> Value?
    ) {
        self.schema = schema
        self.placeholder = placeholder
        self.acceptsNull = acceptsNull
        self.read = read
    }

    /// Null becomes nil: it clears an optional field.
    package var nullable: FieldRule<Value?> {
        FieldRule<Value?>(.nullable(schema), placeholder: nil, acceptsNull: true) { json, path, problems in
            if json == .null { return .some(nil) }
            return read(json, path, problems).map(Optional.some)
        }
    }

    /// The same value under one more rule; `check` returns what is wrong with it, or nil.
    package func checked(_ check: @escaping @Sendable (Value) -> String?) -> FieldRule {
        FieldRule(schema, placeholder: placeholder, acceptsNull: acceptsNull) { json, path, problems in
            guard let value = read(json, path, problems) else { return nil }
            if let message = check(value) {
                problems.add(.rule, path, message)
                return nil
            }
            return value
        }
    }
}
