import LoupeCore
import LoupeStore
import LoupeTelemetry
import Synchronization

/// Runs and queue as the store has them, read anew every few seconds at most, however often somebody asks.
final class WorkFigures: Sendable {
    private static let freshness = Duration.seconds(5)

    private let repository: RunRepository
    private let kept = Mutex<(figures: RunFigures, at: ContinuousClock.Instant)?>(nil)

    init(_ installation: Installation) {
        repository = RunRepository(
            database: installation.database,
            surroundings: installation.surroundings,
            signals: installation.store.signals
        )
    }

    func write(to text: inout MetricsText) async {
        let figures = await figures()
        text.gauge("loupe_store_up", "Whether the store answers.")
        text.sample(figures == nil ? 0 : 1)
        guard let figures else { return }
        text.gauge("loupe_runs_queued", "Runs that wait, by priority.")
        for priority in RunPriority.allCases {
            text.sample(figures.queued[priority, default: 0], [("priority", priority.rawValue)])
        }
        text.gauge("loupe_runs_running", "Runs under way.")
        text.sample(figures.running)
        text.gauge("loupe_run_changes_last_hour", "Runs that came into a status within the last hour.")
        for status in RunStatus.allCases {
            text.sample(figures.changes[status, default: 0], [("status", status.rawValue)])
        }
    }

    private func figures() async -> RunFigures? {
        let now = ContinuousClock.now
        if let kept = kept.withLock({ $0 }), now - kept.at < Self.freshness { return kept.figures }
        // Without the store, the figures of the process itself are all the more wanted.
        guard let figures = try? await repository.figures() else { return nil }
        kept.withLock { $0 = (figures, now) }
        return figures
    }
}
