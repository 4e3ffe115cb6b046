import LoupeCore
import LoupePostgres

/// A statement's values in the order of its placeholders.
///
/// Dates, times and booleans declare their type; texts and numbers leave it to the server, which reads them as it would
/// read a quoted literal, so that `left(x, :n)` and `id = :n` find their types. Where that leads nowhere, the statement
/// is tried once more with declared types.
struct PostgresBinding {
    enum Typing {
        case inferred
        case declared
    }

    let values: [PostgresValue]
    /// Whether declaring types would change anything.
    let leavesTypesOpen: Bool

    /// Throws `QueryFailure` where a name has no value.
    init(_ sql: PlaceholderSQL, _ parameters: [BoundParameter], _ typing: Typing) throws {
        let known = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
        var isOpen = false
        values = try sql.placeholders.map { placeholder in
            guard let parameter = known[placeholder.name] else {
                throw QueryFailure(code: "rejected", message: "The parameter :\(placeholder.name) has no value")
            }
            isOpen = isOpen || parameter.type == .string || parameter.type == .number
            if let element = placeholder.element {
                let list = Self.elements(of: parameter.value)
                return Self.scalar(list[element], parameter.type, typing)
            }
            if parameter.isMultiple || parameter.value.isList { return Self.array(parameter, typing) }
            return Self.scalar(parameter.value, parameter.type, typing)
        }
        leavesTypesOpen = isOpen
    }

    /// How many values each list has, for `IN (:name)`.
    static func listCounts(_ parameters: [BoundParameter]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for parameter in parameters where parameter.isMultiple || parameter.value.isList {
            counts[parameter.name] = elements(of: parameter.value).count
        }
        return counts
    }

    /// One value alone counts as a list of one.
    private static func elements(of value: ParameterValue) -> [ParameterValue] {
        switch value {
        case .list(let values): values
        case .null: []
        default: [value]
        }
    }

    private static func scalar(_ value: ParameterValue, _ type: ParameterType, _ typing: Typing) -> PostgresValue {
        let text = text(of: value)
        switch (type, typing) {
        case (.string, .inferred), (.number, .inferred): return text.map(PostgresValue.untyped) ?? .null
        default:
            let oid = oid(type, holding: [value])
            return text.map { .typed($0, oid: oid.scalar) } ?? .typedNull(oid: oid.scalar)
        }
    }

    private static func array(_ parameter: BoundParameter, _ typing: Typing) -> PostgresValue {
        let values = elements(of: parameter.value)
        let literal = "{" + values.map { text(of: $0).map(quoted) ?? "NULL" }.joined(separator: ",") + "}"
        switch (parameter.type, typing) {
        case (.string, .inferred), (.number, .inferred): return .untyped(literal)
        default: return .typed(literal, oid: oid(parameter.type, holding: values).array)
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func text(of value: ParameterValue) -> String? {
        switch value {
        case .null, .list: nil
        case .string(let text), .date(let text), .datetime(let text): text
        case .number(let text): number(text)
        case .boolean(let flag): flag ? "true" : "false"
        }
    }

    /// `5.0` is the integer 5 to a person, but not to PostgreSQL's integer types.
    private static func number(_ text: String) -> String {
        guard let point = text.firstIndex(of: "."), text[text.index(after: point)...].allSatisfy({ $0 == "0" }) else {
            return text
        }
        return String(text[..<point])
    }

    /// A type and its array type, from `pg_type.dat`. Numbers are int8 where all are whole and fit, else numeric.
    private static func oid(_ type: ParameterType, holding values: [ParameterValue]) -> (scalar: UInt32, array: UInt32)
    {
        switch type {
        case .string: return (PostgresType.text, 1009)
        case .boolean: return (PostgresType.boolean, 1000)
        case .date: return (PostgresType.date, 1182)
        case .datetime: return (PostgresType.timestamptz, 1185)
        case .number:
            let areWhole = values.allSatisfy { text(of: $0).map { Int64($0) != nil } ?? true }
            return areWhole ? (PostgresType.int8, 1016) : (PostgresType.numeric, 1231)
        }
    }
}

extension ParameterValue {
    fileprivate var isList: Bool {
        if case .list = self { return true }
        return false
    }
}
