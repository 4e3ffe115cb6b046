import LoupeCore

extension ObjectKind {
    /// The table that holds the objects of this kind.
    var table: SQL {
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
