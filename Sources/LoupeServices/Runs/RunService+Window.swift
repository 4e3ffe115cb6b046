import Foundation
import LoupeCore
import LoupeStore

extension RunService {
    /// Runs the SQL of a canvas' node.
    func runNode(
        _ sql: String,
        on datasource: Datasource.ID,
        values: [String: JSONValue],
        window: (start: Timestamp, end: Timestamp)?,
        by caller: Caller
    ) async throws -> Run {
        var work = Work(
            datasource: datasource,
            sql: sql,
            definitions: [],
            values: values,
            limits: QueryLimits(),
            query: nil
        )
        work.trigger = .canvas
        work.window = window
        return try await start(work, maxAge: nil, by: caller).run
    }

    /// Runs the saved query of a canvas' node.
    func runNode(
        _ query: SavedQuery.ID,
        values: [String: JSONValue],
        window: (start: Timestamp, end: Timestamp)?,
        by caller: Caller
    ) async throws -> Run {
        let query = try await QueryRepository(database).find(query, in: caller.organization)
        var work = Work(
            datasource: query.datasourceID,
            sql: query.sql,
            definitions: query.parameters,
            values: values,
            limits: query.limits,
            query: query
        )
        work.trigger = .canvas
        work.window = window
        return try await start(work, maxAge: nil, by: caller).run
    }
}

extension RunService.Work {
    /// Definitions and values with the window's ends in them, where there is a window and the SQL names them.
    ///
    /// Values that the SQL does not name are left out then: they stayed behind when a node's SQL was edited.
    func inWindow(names: [String], zone: TimeZone) -> (definitions: [ParameterDefinition], values: [String: JSONValue])
    {
        guard let window else { return (definitions, values) }
        let known = Set(names).union(definitions.map(\.name))
        var values = values.filter { known.contains($0.key) }
        var definitions = definitions
        for (name, moment) in [("start", window.start), ("end", window.end)] where names.contains(name) {
            values[name] = .string(moment.description)
            let definition = definitions.first { $0.name == name }
            switch definition?.type {
            case .datetime: break
            case .date:
                let local = moment + .seconds(zone.secondsFromGMT(for: moment.date))
                values[name] = .string(String(local.description.prefix(10)))
            default:
                definitions.removeAll { $0.name == name }
                definitions.append(ParameterDefinition(name: name, type: .datetime))
            }
        }
        return (definitions, values)
    }
}
