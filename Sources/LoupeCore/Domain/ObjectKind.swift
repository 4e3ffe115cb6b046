/// The kinds of things that people make, tag, mark and find.
package enum ObjectKind: String, CaseIterable, Sendable {
    case datasource
    case query
    case visualization
    case dashboard
    case schedule
    case canvas

    /// As it stands in the API's paths.
    package var collection: String {
        switch self {
        case .datasource: "datasources"
        case .query: "queries"
        case .visualization: "visualizations"
        case .dashboard: "dashboards"
        case .schedule: "schedules"
        case .canvas: "canvases"
        }
    }
}
