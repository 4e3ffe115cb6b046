package import LoupeCore

extension FieldRule {
    /// A list of at most so many elements, each under the same rule.
    package static func array<Element>(
        _ element: FieldRule<Element>,
        count: ClosedRange<Int>
    ) -> FieldRule where Value == [Element] {
        FieldRule(.array(element.schema, count: count), placeholder: []) { json, path, problems in
            guard case .array(let list) = json else {
                problems.add(.form, path, "must be a list")
                return nil
            }
            guard count.contains(list.count) else {
                let least = count.lowerBound > 0 ? "\(count.lowerBound) to " : "at most "
                problems.add(.rule, path, "must have \(least)\(count.upperBound) elements")
                return nil
            }
            var values: [Element] = []
            values.reserveCapacity(list.count)
            for (index, json) in list.enumerated() {
                guard json != .null || element.acceptsNull else {
                    problems.add(.form, "\(path)[\(index)]", "must not be null")
                    continue
                }
                if let value = element.read(json, "\(path)[\(index)]", problems) { values.append(value) }
            }
            return values.count == list.count ? values : nil
        }
    }

    /// An object with fields of its own.
    package static func object(_: Value.Type = Value.self) -> FieldRule where Value: RequestBody {
        FieldRule(Value.schema, placeholder: Value(Fields(recording: ()))) { json, path, problems in
            guard case .object(let members) = json else {
                problems.add(.form, path, "must be an object")
                return nil
            }
            return Value(Fields(members, prefix: "\(path).", problems: problems))
        }
    }
}

extension FieldRule where Value == JSONValue {
    /// An object whose members are kept as they are, of so many bytes as canonical text.
    package static func json(objectUpTo bytes: Int) -> FieldRule<JSONValue> {
        FieldRule(.json(maximumBytes: bytes), placeholder: .object([:])) { json, path, problems in
            guard case .object = json else {
                problems.add(.form, path, "must be an object")
                return nil
            }
            return kept(json, upTo: bytes, path, problems)
        }
    }

    /// Any value, kept as it is.
    package static func json(anyUpTo bytes: Int) -> FieldRule<JSONValue> {
        FieldRule(.any(maximumBytes: bytes), placeholder: .null, acceptsNull: true) { json, path, problems in
            kept(json, upTo: bytes, path, problems)
        }
    }

    private static func kept(_ json: JSONValue, upTo bytes: Int, _ path: String, _ problems: Problems) -> JSONValue? {
        guard !json.containsNUL else {
            problems.add(.rule, path, "must not contain a NUL character")
            return nil
        }
        guard json.canonicalText.utf8.count <= bytes else {
            problems.add(.rule, path, "must be at most \(bytes) bytes")
            return nil
        }
        return json
    }
}

extension JSONValue {
    /// Whether a text anywhere inside, or a member's name, holds a NUL. The depth of a parsed value is bounded.
    var containsNUL: Bool {
        switch self {
        case .null, .boolean, .number: false
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: \.containsNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || $0.value.containsNUL }
        }
    }
}
