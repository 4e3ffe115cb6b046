import LoupeCore

/// What an export holds, in the order in which it is made anew: what others refer to comes first.
package enum ArchiveKind: String, CaseIterable, Sendable {
    case query
    case visualization
    case dashboard
    case schedule
    case canvas

    /// Of its files.
    var folder: String {
        switch self {
        case .query: "queries"
        case .visualization: "visualizations"
        case .dashboard: "dashboards"
        case .schedule: "schedules"
        case .canvas: "canvases"
        }
    }
}
