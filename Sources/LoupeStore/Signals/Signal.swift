package import LoupeCore

/// "Look again": what a process tells the others after a commit. It carries ids only and may be lost; whoever waits
/// for one also polls.
package enum Signal: Hashable, Sendable {
    /// Something was queued.
    case work
    /// This run's status changed.
    case run(Run.ID)
    /// A person wants this running run to stop.
    case cancel(Run.ID)
    /// Work of another kind than a query ended.
    case answered(WorkItem.ID)
    /// A schedule's next time changed.
    case schedules
}

extension Signal {
    /// `w`, `r<uuid>`, `c<uuid>`, `a<uuid>` or `s`: what goes through NOTIFY.
    var payload: String {
        switch self {
        case .work: "w"
        case .run(let id): "r\(id)"
        case .cancel(let id): "c\(id)"
        case .answered(let id): "a\(id)"
        case .schedules: "s"
        }
    }

    init?(payload: Substring) {
        switch payload.first {
        case "w" where payload.count == 1: self = .work
        case "r":
            guard let id = Run.ID(payload.dropFirst()) else { return nil }
            self = .run(id)
        case "c":
            guard let id = Run.ID(payload.dropFirst()) else { return nil }
            self = .cancel(id)
        case "a":
            guard let id = WorkItem.ID(payload.dropFirst()) else { return nil }
            self = .answered(id)
        case "s" where payload.count == 1: self = .schedules
        default: return nil
        }
    }
}
