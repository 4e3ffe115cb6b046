import LoupeCore
import LoupeStore

/// What a tile must keep to beside the rules of each of its fields.
enum TileRules {
    /// Throws `validation_failed` naming every offending field. Of a tile that is changed, bindings and visualization are
    /// only looked at where they changed: a parameter that went since is no reason to refuse a move.
    static func check(
        _ tile: Tile,
        was before: Tile? = nil,
        on dashboard: Dashboard,
        _ transaction: any Transaction
    ) throws {
        var problems: [LoupeError.Detail] = []
        func problem(_ field: String, _ message: String) {
            problems.append(LoupeError.Detail(field: field, message: message))
        }
        var names: Set<String> = []
        switch (tile.kind, tile.visualizationID) {
        case (.text, .some): problem("visualization_id", "must not be there for a text")
        case (.text, nil): break
        case (.visualization, nil): problem("visualization_id", "is required for a visualization")
        case (.visualization, let id?):
            if let found = try parameterNames(of: id, in: dashboard.organizationID, transaction) {
                names = found
            } else if tile.visualizationID != before?.visualizationID {
                problem("visualization_id", "visualization not found")
            }
        }
        if tile.parameterBindings != before?.parameterBindings || tile.visualizationID != before?.visualizationID {
            let own = Set(dashboard.parameters.map(\.name))
            for (name, target) in tile.parameterBindings.sorted(by: { $0.key < $1.key }) {
                if !names.contains(name) {
                    problem("parameter_bindings.\(name)", "is not a parameter of the query")
                } else if !own.contains(target) {
                    problem("parameter_bindings.\(name)", "must name a parameter of the dashboard")
                }
            }
        }
        try refuse(problems)
    }

    /// Throws `validation_failed` naming every tile of a layout that is not the dashboard's, or is there twice.
    static func check(_ ids: [Tile.ID], among own: Set<Tile.ID>) throws {
        var problems: [LoupeError.Detail] = []
        var seen: Set<Tile.ID> = []
        for (index, id) in ids.enumerated() {
            if !own.contains(id) {
                problems.append(LoupeError.Detail(field: "tiles[\(index)].id", message: "tile not found"))
            } else if !seen.insert(id).inserted {
                problems.append(LoupeError.Detail(field: "tiles[\(index)].id", message: "is there twice"))
            }
        }
        try refuse(problems)
    }

    private static func refuse(_ problems: [LoupeError.Detail]) throws {
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    /// The parameters of the query that a visualization draws; nil where the visualization is not there.
    private static func parameterNames(
        of id: Visualization.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Set<String>? {
        do {
            let visualization = try VisualizationRepository.lock(id, in: organization, transaction)
            let query = try QueryRepository.find(visualization.queryID, in: organization, transaction)
            return Set(query.parameters.map(\.name))
        } catch let error as LoupeError where error.code == .notFound {
            return nil
        }
    }
}
