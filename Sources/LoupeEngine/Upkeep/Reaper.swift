import Logging
import LoupeStore

/// Takes runs and errands from runners that are dead, so that others carry them on.
struct Reaper: Sendable {
    let runs: RunRepository
    let work: WorkRepository
    let runners: RunnerRepository
    let logger: Logger

    func reap(
        _ beats: inout Stillness<String, RunnerRepository.Beat>,
        at now: ContinuousClock.Instant,
        patience: Duration
    ) async throws {
        // Held before beats: a runner that signs on in between is among the beats.
        let held = try await runners.held()
        let current = try await runners.beats()
        let dead = beats.observe(current, at: now, patience: patience)
        let alive = Set(current.keys).subtracting(dead)
        for run in held where !alive.contains(run.runner) {
            logger.notice(
                "A runner died; its run goes back to the queue",
                metadata: ["runner.id": "\(run.runner)", "run.id": "\(run.run)", "run.attempt": "\(run.attempt)"]
            )
            try await runs.loseRunner(of: run)
        }
        try await work.loseRunners(except: alive)
        for id in dead {
            guard let beat = current[id] else { continue }
            try await runners.signOff(id, incarnation: beat.incarnation)
        }
    }
}
