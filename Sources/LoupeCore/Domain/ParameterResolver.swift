package import Foundation

/// Turns the values of a request into values to bind, by the definitions of the query: defaults filled in, types
/// checked, relative dates resolved in the organization's zone.
package struct ParameterResolver: Sendable {
    package let definitions: [ParameterDefinition]
    package let now: Timestamp
    package let zone: TimeZone
    package let firstDayOfWeek: Int

    package static let maximumValueBytes = 64 << 10
    package static let maximumListCount = 10_000

    package init(definitions: [ParameterDefinition], now: Timestamp, zone: TimeZone, firstDayOfWeek: Int = 1) {
        self.definitions = definitions
        self.now = now
        self.zone = zone
        self.firstDayOfWeek = firstDayOfWeek
    }

    /// Values for the names that the SQL uses. Throws `validation_failed` naming every offending parameter.
    ///
    /// A name in the SQL without a definition takes its type from the value given.
    package func resolve(_ values: [String: JSONValue], names: [String]) throws -> [BoundParameter] {
        var problems: [LoupeError.Detail] = []
        func problem(_ name: String, _ message: String) {
            problems.append(LoupeError.Detail(field: "parameters.\(name)", message: message))
        }
        let known = Set(names).union(definitions.map(\.name))
        for name in values.keys.sorted() where !known.contains(name) {
            problem(name, "the query has no such parameter")
        }
        var bound: [BoundParameter] = []
        for name in names {
            let given = values[name]
            guard let definition = definitions.first(where: { $0.name == name }) ?? given.map({ implied(name, $0) })
            else {
                problem(name, "a value is missing")
                continue
            }
            do {
                bound.append(try bind(definition, given))
            } catch {
                problem(name, error.message)
            }
        }
        guard let first = problems.first else { return bound }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    struct Problem: Error {
        let message: String
    }

    private func implied(_ name: String, _ value: JSONValue) -> ParameterDefinition {
        switch value {
        case .array(let elements):
            var definition = implied(name, elements.first ?? .string(""))
            definition.isMultiple = true
            return definition
        case .number: return ParameterDefinition(name: name, type: .number)
        case .boolean: return ParameterDefinition(name: name, type: .boolean)
        case .string, .null, .object: return ParameterDefinition(name: name, type: .string)
        }
    }

    private func bind(_ definition: ParameterDefinition, _ given: JSONValue?) throws(Problem) -> BoundParameter {
        let chosen = given ?? definition.defaultValue ?? .null
        func parameter(_ value: ParameterValue) -> BoundParameter {
            BoundParameter(
                name: definition.name,
                type: definition.type,
                isMultiple: definition.isMultiple,
                value: value
            )
        }
        if isEmpty(chosen, of: definition) {
            if definition.isRequired { throw Problem(message: "a value is required") }
            return parameter(definition.isMultiple ? .list([]) : .null)
        }
        guard definition.isMultiple else { return parameter(try value(chosen, as: definition.type)) }
        guard case .array(let elements) = chosen else {
            return parameter(.list([try value(chosen, as: definition.type)]))
        }
        guard elements.count <= ParameterResolver.maximumListCount else {
            throw Problem(message: "at most 10,000 values")
        }
        var list: [ParameterValue] = []
        for element in elements { list.append(try value(element, as: definition.type)) }
        return parameter(.list(list))
    }

    /// An empty text is a value only of a text parameter that must be given.
    private func isEmpty(_ value: JSONValue, of definition: ParameterDefinition) -> Bool {
        switch value {
        case .null: true
        case .string(""): definition.type != .string || !definition.isRequired
        case .array(let elements): elements.isEmpty
        default: false
        }
    }

    private func value(_ json: JSONValue, as type: ParameterType) throws(Problem) -> ParameterValue {
        if case .string(let text) = json {
            guard text.utf8.count <= ParameterResolver.maximumValueBytes else {
                throw Problem(message: "at most 64 KiB")
            }
            guard !text.utf8.contains(0) else { throw Problem(message: "must not contain a NUL character") }
        }
        switch (type, json) {
        case (.string, .string(let text)): return .string(text)
        case (.string, .number(let text)): return .string(text)
        case (.number, .number(let text)): return .number(text)
        case (.number, .string(let text)):
            guard case .number(let number)? = try? JSONValue(parsing: text) else {  // anything else is no number
                throw Problem(message: "must be a number")
            }
            return .number(number)
        case (.boolean, .boolean(let flag)): return .boolean(flag)
        case (.boolean, .string("true")): return .boolean(true)
        case (.boolean, .string("false")): return .boolean(false)
        case (.date, .string(let text)): return try date(text)
        case (.datetime, .string(let text)): return try datetime(text)
        default: throw Problem(message: "must be a \(type.rawValue)")
        }
    }
}
