package import Logging
package import LoupeCore
package import LoupeServices
package import LoupeStore
import ServiceLifecycle

/// Fires schedules. One of many does it, by lease; two at once would do no harm, as each due time is one's alone.
package struct Scheduler: Service {
    package struct Options: Sendable {
        package var id: String
        /// How long it sleeps at most; a change of a schedule wakes it.
        package var pollInterval = Duration.seconds(10)
        package var beatInterval = Duration.seconds(2)
        /// A leader whose beat stands still for so long, by this process' own monotonic clock, is given up. With the
        /// beat it bounds how long schedules wait for the next leader: 22 s.
        package var patience = Duration.seconds(20)

        package init(id: String) {
            self.id = id
        }
    }

    private let options: Options
    private let leases: LeaseRepository
    private let due: DueSchedules
    private let signals: SignalHub
    private let surroundings: Surroundings
    private let logger: Logger

    private static let lease = "scheduler"

    package init(
        options: Options,
        database: any Database,
        rules: DatasourceRules,
        signals: SignalHub,
        surroundings: Surroundings,
        logger: Logger
    ) {
        self.options = options
        self.signals = signals
        self.surroundings = surroundings
        self.logger = logger
        leases = LeaseRepository(database: database, surroundings: surroundings)
        due = DueSchedules(
            database: database,
            rules: rules,
            signals: signals,
            surroundings: surroundings,
            logger: logger
        )
    }

    package func run() async throws {
        let bell = Bell()
        let changes = signals.subscribe(.schedules)
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in changes { bell.ring() } }
            var work = Work(options: options, leases: leases)
            var alarm = Alarm()
            bell.ring()
            for await _ in bell.rings.cancelOnGracefulShutdown() {
                await wake(&work)
                if let wait = alarm.set(for: min(work.nextBeat, work.nextLook)) {
                    group.addTask {
                        // A cancelled sleep is how the group ends.
                        try? await Task.sleep(until: wait, clock: .continuous)
                        bell.ring()
                    }
                }
            }
            await work.leadership.giveUp()
            group.cancelAll()
        }
    }

    /// What is remembered between two wakings.
    private struct Work {
        var leadership: Leadership
        var isLeader = false
        var nextBeat = ContinuousClock.now
        var nextLook = ContinuousClock.now

        init(options: Options, leases: LeaseRepository) {
            leadership = Leadership(
                name: Scheduler.lease,
                holder: options.id,
                leases: leases,
                patience: options.patience
            )
        }
    }

    private func wake(_ work: inout Work) async {
        let clock = ContinuousClock()
        do {
            if clock.now >= work.nextBeat {
                work.nextBeat = clock.now + options.beatInterval
                work.isLeader = try await work.leadership.hold(at: clock.now)
            }
            work.nextLook = clock.now + options.pollInterval
            guard work.isLeader, let next = try await due.fire() else { return }
            let wait = next.since(surroundings.now())
            work.nextLook = min(work.nextLook, clock.now + max(.zero, wait))
        } catch {
            logger.warning("Schedules could not be fired", metadata: ["error": "\(error)"])
        }
    }
}

/// Tells when a sleeper is needed: not while an earlier one sleeps already.
private struct Alarm {
    private var pending: ContinuousClock.Instant?

    /// When the new sleeper wakes; nil where none is needed.
    mutating func set(for instant: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if let pending, pending > .now, pending <= instant { return nil }
        pending = instant
        return instant
    }
}
