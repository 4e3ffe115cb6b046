package import Logging
package import LoupeCore
package import LoupeResults
package import LoupeStore
import ServiceLifecycle

/// What goes on without a request: finds runs of dead runners, fails what waited too long, removes what nobody needs.
///
/// One of many does it, by lease; two at once would do no harm, as every write names what it expects.
package struct Upkeep: Service {
    package struct Options: Sendable {
        package var id: String
        package var interval = Duration.seconds(5)
        /// A beat unchanged for so long, by this process' own monotonic clock, is dead.
        package var patience = Duration.seconds(20)
        package var queueTimeout = Duration.seconds(3600)
        package var sweepInterval = Duration.seconds(60)

        package init(id: String) {
            self.id = id
        }
    }

    private let options: Options
    private let leases: LeaseRepository
    private let reaper: Reaper
    private let runs: RunRepository
    private let sweeper: Sweeper
    private let surroundings: Surroundings
    private let logger: Logger

    private static let lease = "upkeep"

    package init(
        options: Options,
        database: any Database,
        results: ResultStore,
        signals: SignalHub,
        surroundings: Surroundings,
        logger: Logger
    ) {
        self.options = options
        self.surroundings = surroundings
        self.logger = logger
        leases = LeaseRepository(database: database, surroundings: surroundings)
        runs = RunRepository(database: database, surroundings: surroundings, signals: signals)
        let work = WorkRepository(database: database, surroundings: surroundings, signals: signals)
        reaper = Reaper(
            runs: runs,
            work: work,
            runners: RunnerRepository(database: database, surroundings: surroundings),
            logger: logger
        )
        sweeper = Sweeper(database: database, results: results, work: work, surroundings: surroundings)
    }

    package func run() async throws {
        let clock = ContinuousClock()
        var leadership = Leadership(name: Upkeep.lease, holder: options.id, leases: leases, patience: options.patience)
        var beats = Stillness<String, RunnerRepository.Beat>()
        var nextSweep = clock.now
        var sweeper = sweeper
        for await _ in Ticks(every: options.interval).cancelOnGracefulShutdown() {
            do {
                guard try await leadership.hold(at: clock.now) else {
                    beats = Stillness()
                    continue
                }
                try await reaper.reap(&beats, at: clock.now, patience: options.patience)
                while try await runs.expireQueued(before: surroundings.now() - options.queueTimeout) == 100 {}
                try await runs.failStranded()
                if clock.now >= nextSweep {
                    nextSweep = clock.now + options.sweepInterval
                    if try await sweeper.sweep() { nextSweep = clock.now }
                }
            } catch {
                logger.warning("Upkeep could not reach the store", metadata: ["error": "\(error)"])
            }
        }
        await leadership.giveUp()
    }
}
