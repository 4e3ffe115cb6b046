import LoupeCore

/// Gathers what is wrong with the files of an import.
final class ArchiveProblems {
    private(set) var list: [ArchiveProblem] = []

    func add(_ path: String, _ message: String) {
        // Enough to see what is wrong.
        if list.count < 100 { list.append(ArchiveProblem(path: path, message: message)) }
    }

    /// What a rule of the services found, whose details name fields as the files do.
    func add(_ path: String, _ error: any Error) {
        guard let error = error as? LoupeError else { return add(path, "\(error)") }
        if error.details.isEmpty { return add(path, error.message) }
        for detail in error.details { add(path, "\(detail.field): \(detail.message)") }
    }
}

/// Reads the members of a mapping. Every member must be known, so that a name written wrong is not silently lost; what is
/// wrong is gathered, and a value of no consequence stands in for it.
final class ArchiveFields {
    let path: String
    let prefix: String
    let problems: ArchiveProblems
    private var members: [String: ArchiveValue]

    init(_ members: [ArchiveValue.Member], _ path: String, prefix: String = "", _ problems: ArchiveProblems) {
        self.path = path
        self.prefix = prefix
        self.problems = problems
        self.members = Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    }

    func problem(_ name: String, _ message: String) {
        problems.add(path, "\(prefix)\(name): \(message)")
    }

    private func take(_ name: String) -> ArchiveValue? {
        switch members.removeValue(forKey: name) {
        case .null?, nil: nil
        case let value?: value
        }
    }

    /// To be called when everything known was read.
    func finish() {
        for name in members.keys.sorted() { problem(name, "is not known here") }
    }

    func text(_ name: String, _ range: ClosedRange<Int> = 1...255) -> String {
        guard let text = optionalText(name, range) else {
            if range.lowerBound > 0 { problem(name, "is missing") }
            return ""
        }
        return text
    }

    func optionalText(_ name: String, _ range: ClosedRange<Int>) -> String? {
        guard let value = take(name) else { return nil }
        guard case .text(let text) = value else {
            problem(name, "must be a text; one that looks like a number needs quotes")
            return nil
        }
        guard range.contains(text.unicodeScalars.count), !text.unicodeScalars.contains("\u{0}") else {
            problem(name, "must be \(range.lowerBound) to \(range.upperBound) characters")
            return nil
        }
        return text
    }

    func integer(_ name: String, _ range: ClosedRange<Int>, default standard: Int) -> Int {
        guard let value = take(name) else { return standard }
        guard case .number(let digits) = value, let number = Int(digits), range.contains(number) else {
            problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return number
    }

    func double(_ name: String, _ range: ClosedRange<Double>, default standard: Double) -> Double {
        guard let value = take(name) else { return standard }
        guard case .number(let digits) = value, let number = Double(digits), range.contains(number) else {
            problem(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return standard
        }
        return number
    }

    func flag(_ name: String, default standard: Bool) -> Bool {
        guard let value = take(name) else { return standard }
        guard case .boolean(let flag) = value else {
            problem(name, "must be true or false")
            return standard
        }
        return flag
    }

    func word<Value: RawRepresentable & CaseIterable>(_ name: String, default standard: Value? = nil) -> Value?
    where Value.RawValue == String {
        guard let value = take(name) else {
            if standard == nil { problem(name, "is missing") }
            return standard
        }
        if case .text(let text) = value, let word = Value(rawValue: text) { return word }
        problem(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    func id<Entity>(_ name: String, of _: Entity.Type = Entity.self) -> Identifier<Entity>? {
        guard let value = take(name) else { return nil }
        if case .text(let text) = value, let id = Identifier<Entity>(text) { return id }
        problem(name, "must be the key of a file")
        return nil
    }

    func time(_ name: String) -> Timestamp? {
        guard let value = take(name) else { return nil }
        if case .text(let text) = value, let time = Timestamp(rfc3339: text) { return time }
        problem(name, "must be a time such as 2026-01-31T09:30:00Z")
        return nil
    }

    /// Any value; nil for null.
    func json(_ name: String) -> JSONValue? { take(name)?.json }

    /// An object of any members, at most so many bytes.
    func object(_ name: String, _ maximumBytes: Int) -> JSONValue {
        guard let value = take(name) else { return [:] }
        guard case .members = value, value.json.canonicalText.utf8.count <= maximumBytes else {
            problem(name, "must be a mapping of at most \(maximumBytes) bytes")
            return [:]
        }
        return value.json
    }

    func list(_ name: String, atMost maximum: Int) -> [ArchiveValue] {
        guard let value = take(name) else { return [] }
        guard case .list(let elements) = value, elements.count <= maximum else {
            problem(name, "must be a list of at most \(maximum)")
            return []
        }
        return elements
    }

    /// Reads each element of a list of mappings.
    func each<Value>(_ name: String, atMost maximum: Int, _ read: (ArchiveFields) -> Value?) -> [Value] {
        list(name, atMost: maximum).enumerated().compactMap { index, element in
            guard case .members(let members) = element else {
                problem("\(name)[\(index)]", "must be a mapping")
                return nil
            }
            let fields = ArchiveFields(members, path, prefix: "\(prefix)\(name)[\(index)].", problems)
            defer { fields.finish() }
            return read(fields)
        }
    }

    /// Sorted and each once, as they are kept.
    func tags() -> [String] {
        let tags = list("tags", atMost: 50).enumerated().compactMap { index, element -> String? in
            if case .text(let tag) = element, (1...50).contains(tag.unicodeScalars.count) { return tag }
            problem("tags[\(index)]", "must be a text of 1 to 50 characters")
            return nil
        }
        return Set(tags).sorted()
    }
}
