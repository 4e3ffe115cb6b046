import LoupeCore

/// Turns shapes into JSON Schema 2020-12, as OpenAPI 3.1 embeds it, and gathers those that have names.
struct SchemaWriter {
    private(set) var named: [String: JSONValue] = [:]

    /// `field` is the name the value goes by, for its example.
    mutating func write(_ schema: Schema, field: String = "") -> JSONValue {
        switch schema {
        case .named(let name, let shape): return reference(name, shape)
        case .nullable(let schema): return nullable(write(schema, field: field))
        case .object(let fields): return object(fields)
        case .array(let element, let count):
            return [
                "type": "array", "items": write(element, field: field), "minItems": .of(count.lowerBound),
                "maxItems": .of(count.upperBound),
            ]
        case .map(let value, let count):
            return [
                "type": "object", "additionalProperties": write(value), "minProperties": .of(count.lowerBound),
                "maxProperties": .of(count.upperBound),
            ]
        default: return .object(plain(schema).merging(["example": Example.of(schema, field: field)]) { $1 })
        }
    }

    private func plain(_ schema: Schema) -> [String: JSONValue] {
        switch schema {
        case .text(let length, let format):
            var members: [String: JSONValue] = [
                "type": "string", "minLength": .of(length.lowerBound), "maxLength": .of(length.upperBound),
            ]
            if let format { members["format"] = .string(format) }
            return members
        case .integer(let range):
            return ["type": "integer", "minimum": .of(range.lowerBound), "maximum": .of(range.upperBound)]
        case .number(let range):
            return ["type": "number", "minimum": .of(range.lowerBound), "maximum": .of(range.upperBound)]
        case .boolean: return ["type": "boolean"]
        case .oneOf(let words): return ["type": "string", "enum": .array(words.map { .string($0) })]
        case .format(let format):
            return ["type": "string", "format": .string(format), "maxLength": .of(format == "uuid" ? 36 : 64)]
        case .json(let bytes):
            return [
                "type": "object", "additionalProperties": true, "maxProperties": .of(bytes / 4),
                "description": .string("Kept as it is; at most \(bytes) bytes."),
            ]
        case .any(let bytes):
            return [
                "type": ["string", "number", "boolean", "object", "array", "null"], "maxLength": .of(bytes),
                "maxProperties": .of(bytes / 4), "maxItems": .of(bytes / 2),
                "description": .string("Any JSON value of at most \(bytes) bytes."),
            ]
        case .named, .nullable, .object, .array, .map: preconditionFailure("written by `write`")
        }
    }

    private mutating func reference(_ name: String, _ shape: Schema) -> JSONValue {
        if named[name] == nil {
            named[name] = .null
            named[name] = write(shape)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema, case .string(let type)? = members["type"], members["enum"] == nil
        else { return ["anyOf": [schema, ["type": "null"]]] }
        members["type"] = [.string(type), "null"]
        return .object(members)
    }

    private mutating func object(_ fields: [FieldSchema]) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            let schema = write(field.schema, field: field.name)
            // What may be absent may be null too, and means the same.
            properties[field.name] = field.presence == .optional ? nullable(schema) : schema
        }
        let required = fields.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
        var members: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { members["required"] = .array(required) }
        if fields.contains(where: { $0.presence == .change }) { members["minProperties"] = 1 }
        return .object(members)
    }
}

extension JSONValue {
    static func of(_ number: Int) -> JSONValue { .number(String(number)) }

    static func of(_ number: Double) -> JSONValue {
        Int(exactly: number).map(of) ?? .number(String(number))
    }
}
