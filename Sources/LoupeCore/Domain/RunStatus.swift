/// Where a run is in its life; docs/runs.md tells it.
package enum RunStatus: String, CaseIterable, Sendable {
    case queued
    case running
    case completed
    case failed
    case cancelled
    case timeout

    package var isFinal: Bool {
        switch self {
        case .queued, .running: false
        case .completed, .failed, .cancelled, .timeout: true
        }
    }
}

/// Which share of the runners' slots a run competes for.
package enum RunPriority: String, CaseIterable, Sendable {
    case interactive
    case scheduled
    case background
}

/// What asked for a run.
package enum RunTrigger: String, CaseIterable, Sendable {
    case user
    case schedule
    case dashboard
    case canvas
    case api
}
