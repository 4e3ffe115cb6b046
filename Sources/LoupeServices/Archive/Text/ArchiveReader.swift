import LoupeCore
import Yams

/// Reads the YAML of an export, as a person may have edited it.
///
/// A plain word is `null`, `true`, `false`, a number as JSON writes them, or else text: nothing is taken for a date, an
/// octal number or a yes. Anchors are refused, so that no alias can make a small file a large value.
enum ArchiveReader {
    struct Failure: Error {
        let message: String
    }

    static let maximumDepth = 80

    /// The members of a file's mapping. Throws `Failure`.
    static func members(of yaml: String) throws -> [ArchiveValue.Member] {
        if let line = anchorLine(yaml) { throw Failure(message: "line \(line): anchors and aliases are not read") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw Failure(message: message(of: error))
        }
        guard case .mapping(let mapping)? = node else { throw Failure(message: "is no mapping of names to values") }
        return try members(mapping, depth: 1)
    }

    private static func members(_ mapping: Node.Mapping, depth: Int) throws -> [ArchiveValue.Member] {
        try mapping.map { key, value in
            guard case .scalar(let name) = key else { throw Failure(message: "a name must be a text") }
            return ArchiveValue.Member(name.string, try self.value(value, depth: depth + 1))
        }
    }

    private static func value(_ node: Node, depth: Int) throws -> ArchiveValue {
        guard depth <= maximumDepth else { throw Failure(message: "is nested too deeply") }
        switch node {
        case .scalar(let scalar): return self.scalar(scalar)
        case .sequence(let elements): return .list(try elements.map { try value($0, depth: depth + 1) })
        case .mapping(let mapping): return .members(try members(mapping, depth: depth))
        case .alias: throw Failure(message: "anchors and aliases are not read")
        }
    }

    private static func scalar(_ scalar: Node.Scalar) -> ArchiveValue {
        guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            // What is no JSON is text.
            if case .number(let digits)? = try? JSONValue(parsing: scalar.string) { return .number(digits) }
            return .text(scalar.string)
        }
    }

    /// The first line where an anchor or an alias might stand. Texts that look so are written with escapes.
    private static func anchorLine(_ yaml: String) -> Int? {
        var line = 1
        var before: Unicode.Scalar = "\n"
        var isMark = false
        for scalar in yaml.unicodeScalars {
            if isMark, scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
                return line
            }
            isMark = (scalar == "&" || scalar == "*") && ArchiveText.isBoundary(before)
            if scalar == "\n" { line += 1 }
            before = scalar
        }
        return nil
    }

    private static func message(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)"
        case .duplicatedKeysInMapping(let names, _): "has a name twice: \(names.joined(separator: ", "))"
        default: "is no YAML"
        }
    }
}
