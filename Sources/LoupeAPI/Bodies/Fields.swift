package import LoupeCore

/// The members of one JSON object while a `RequestBody` reads them. Lives for that reading only.
package final class Fields {
    /// Whether a change was asked for, and whether the object named one.
    enum Changes {
        case none
        case expected
        case seen
    }

    private let members: [String: JSONValue]
    private let prefix: String
    private let isRecording: Bool
    let problems: Problems
    private(set) var recorded: [FieldSchema] = []
    private(set) var changes = Changes.none

    init(_ members: [String: JSONValue], prefix: String = "", problems: Problems = Problems()) {
        self.members = members
        self.prefix = prefix
        self.problems = problems
        isRecording = false
    }

    init(recording: Void) {
        members = [:]
        prefix = ""
        problems = Problems()
        isRecording = true
    }

    /// A field that must be there and not null.
    package func required<Value>(_ name: String, _ rule: FieldRule<Value>) -> Value {
        record(name, rule.schema, .required)
        guard !isRecording else { return rule.placeholder }
        guard let json = members[name], json != .null || rule.acceptsNull else {
            problems.add(.form, prefix + name, "is required")
            return rule.placeholder
        }
        return rule.read(json, prefix + name, problems) ?? rule.placeholder
    }

    /// A field that may be absent or null.
    package func optional<Value>(_ name: String, _ rule: FieldRule<Value>) -> Value? {
        record(name, rule.schema, .optional)
        guard let json = members[name], json != .null else { return nil }
        return rule.read(json, prefix + name, problems)
    }

    /// A field that takes `standard` where it is absent or null.
    package func optional<Value>(_ name: String, _ rule: FieldRule<Value>, default standard: Value) -> Value {
        optional(name, rule) ?? standard
    }

    /// A field of a change that null clears.
    package func clearable<Value>(_ name: String, _ rule: FieldRule<Value>) -> Change<Value?> {
        change(name, rule.nullable)
    }

    /// A field of a change. Null is a value only for a rule that takes it.
    package func change<Value>(_ name: String, _ rule: FieldRule<Value>) -> Change<Value> {
        record(name, rule.schema, .change)
        if changes == .none { changes = .expected }
        guard let json = members[name] else { return .absent }
        changes = .seen
        guard json != .null || rule.acceptsNull else {
            problems.add(.form, prefix + name, "must not be null")
            return .absent
        }
        guard let value = rule.read(json, prefix + name, problems) else { return .absent }
        return .set(value)
    }

    /// Every member as it is, of at most so many bytes as canonical text.
    package func everything(upTo bytes: Int) -> [String: JSONValue] {
        let rule = FieldRule.json(objectUpTo: bytes)
        guard case .object(let members)? = rule.read(.object(members), String(prefix.dropLast()), problems) else {
            return [:]
        }
        return members
    }

    /// Whether the object names the field, with whatever value.
    package func names(_ name: String) -> Bool {
        members[name] != nil
    }

    /// A rule over several fields is broken.
    package func breaksRule(_ name: String, _ message: String) {
        guard !isRecording else { return }
        problems.add(.rule, prefix + name, message)
    }

    /// Something that must be there is not.
    package func lacks(_ name: String, _ message: String) {
        guard !isRecording else { return }
        problems.add(.form, prefix + name, message)
    }

    private func record(_ name: String, _ schema: Schema, _ presence: FieldSchema.Presence) {
        guard isRecording else { return }
        recorded.append(FieldSchema(name: name, schema: schema, presence: presence))
    }
}
