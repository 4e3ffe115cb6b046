/// Reads the members of an object that Loupe wrote itself, such as a revision's. A member of another type, or none, is
/// nil: an older version may have written less.
package struct StoredContent: Sendable {
    private let members: [String: JSONValue]

    package init(_ json: JSONValue) {
        if case .object(let members) = json { self.members = members } else { members = [:] }
    }

    package func text(_ name: String) -> String? {
        guard case .string(let text)? = members[name] else { return nil }
        return text
    }

    package func int(_ name: String) -> Int? {
        guard case .number(let text)? = members[name] else { return nil }
        return Int(text)
    }

    package func double(_ name: String) -> Double? {
        guard case .number(let text)? = members[name] else { return nil }
        return Double(text)
    }

    package func flag(_ name: String) -> Bool? {
        guard case .boolean(let flag)? = members[name] else { return nil }
        return flag
    }

    package func time(_ name: String) -> Timestamp? {
        text(name).flatMap(Timestamp.init(rfc3339:))
    }

    package func list(_ name: String) -> [JSONValue]? {
        guard case .array(let elements)? = members[name] else { return nil }
        return elements
    }

    package func texts(_ name: String) -> [String]? {
        list(name)?.compactMap { element in
            guard case .string(let text) = element else { return nil }
            return text
        }
    }

    package func json(_ name: String) -> JSONValue? {
        members[name]
    }
}
