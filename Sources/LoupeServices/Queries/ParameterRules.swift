import Foundation
import LoupeCore
import LoupeStore

/// What the definitions of a query's parameters must keep to.
enum ParameterRules {
    /// Throws `validation_failed` naming every offending definition.
    static func check(_ definitions: [ParameterDefinition]) throws(LoupeError) {
        var problems: [LoupeError.Detail] = []
        var seen: Set<String> = []
        for (index, definition) in definitions.enumerated() {
            func problem(_ field: String, _ message: String) {
                problems.append(LoupeError.Detail(field: "parameters[\(index)].\(field)", message: message))
            }
            if !ParameterDefinition.isName(definition.name) {
                problem("name", "must be a letter or underscore, then letters, digits and underscores, at most 63")
            }
            if !seen.insert(definition.name).inserted { problem("name", "is there twice") }
            if let message = defaultProblem(definition) { problem("default", message) }
        }
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    /// The same, and the queries that options come from must be there.
    static func check(
        _ definitions: [ParameterDefinition],
        in organization: Organization.ID,
        _ database: any Database
    ) async throws {
        try check(definitions)
        let wanted = Set(definitions.compactMap(\.optionsQueryID))
        guard !wanted.isEmpty else { return }
        let known = try await QueryRepository(database).known(wanted, in: organization)
        let problems = definitions.enumerated().compactMap { index, definition -> LoupeError.Detail? in
            guard let id = definition.optionsQueryID, !known.contains(id) else { return nil }
            return LoupeError.Detail(field: "parameters[\(index)].options_query_id", message: "query not found")
        }
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    /// A default must be a value that a request could give.
    private static func defaultProblem(_ definition: ParameterDefinition) -> String? {
        guard let value = definition.defaultValue else { return nil }
        var optional = definition
        optional.isRequired = false
        let resolver = ParameterResolver(
            definitions: [optional],
            now: Timestamp(milliseconds: 0),
            zone: .gmt
        )
        do {
            _ = try resolver.resolve([definition.name: value], names: [definition.name])
            return nil
        } catch let error as LoupeError {
            return error.details.first?.message ?? error.message
        } catch {
            return "is not a value of its type"
        }
    }
}
