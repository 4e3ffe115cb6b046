import Foundation
package import Logging
package import LoupeCore
package import LoupeResults
package import LoupeServices
package import LoupeStore
import ServiceLifecycle
import Synchronization

/// Claims runs and errands and carries them out: the only part of Loupe that opens users' databases.
package struct Runner: Service {
    package struct Options: Sendable {
        package var id: String
        package var version: String
        /// Runs at once.
        package var concurrency = 8
        /// Errands at once, beside the runs: a full runner still answers a connection test.
        package var errands = 4
        package var cellBytes = 16 << 20
        /// Of a result before compression, whatever its run allows.
        package var resultBytes = 256 << 20
        /// How often the queue is looked at although no signal came.
        package var pollInterval = Duration.seconds(5)
        /// The same while signals of other processes do not arrive.
        package var lonelyPollInterval = Duration.seconds(1)
        package var beatInterval = Duration.seconds(5)
        /// A runner whose beat failed for so long stops its own statements: the reaper may count it dead.
        package var beatPatience = Duration.seconds(15)
        /// How long runs may go on after shutdown began, before they are handed back.
        package var grace = Duration.seconds(10)
        package var backoff = Backoff()

        package init(id: String, version: String) {
            self.id = id
            self.version = version
        }
    }

    private let options: Options
    private let runs: RunRepository
    private let work: WorkRepository
    private let runners: RunnerRepository
    private let results: ResultStore
    private let errands: Errands
    private let connectors: ConnectorPool
    private let signals: SignalHub
    private let surroundings: Surroundings
    private let logger: Logger
    private let running = RunningTasks()

    package init(
        options: Options,
        database: any Database,
        results: ResultStore,
        secrets: DatasourceSecrets,
        factory: ConnectorFactory,
        signals: SignalHub,
        surroundings: Surroundings,
        logger: Logger
    ) {
        self.options = options
        self.results = results
        self.signals = signals
        self.surroundings = surroundings
        self.logger = logger
        runs = RunRepository(database: database, surroundings: surroundings, signals: signals)
        work = WorkRepository(database: database, surroundings: surroundings, signals: signals)
        runners = RunnerRepository(database: database, surroundings: surroundings)
        connectors = ConnectorPool(factory: factory) { try await secrets.open($0) }
        errands = Errands(work: work, connectors: connectors, factory: factory, secrets: secrets, logger: logger)
    }

    /// Throws `conflict` where another runner works under this one's id.
    package func run() async throws {
        let registration = Registration(try await register())
        try await giveBackPredecessorsRuns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(registration) }
            group.addTask { await stopCancelledAtSignals() }
            group.addTask { await closeIdleConnectors() }
            group.addTask {
                await withTaskGroup { claiming in
                    claiming.addTask { await claimRuns() }
                    claiming.addTask { await claimErrands() }
                }
                throw ClaimingEnded()
            }
            do {
                // `waitForAll` would hold an error back until every task has ended.
                while try await group.next() != nil {}
            } catch is ClaimingEnded {
                // The beat went on until the last run had ended or was handed back.
                group.cancelAll()
            }
        }
        await connectors.closeAll()
        // The reaper would find out by itself, only later; nothing is lost with it.
        try? await runners.signOff(options.id, incarnation: registration.incarnation)
    }

    private struct ClaimingEnded: Error {}

    /// Which incarnation this runner is now: a runner that was counted dead and lives signs on again.
    private final class Registration: Sendable {
        private let current: Mutex<UUID>

        init(_ incarnation: UUID) {
            current = Mutex(incarnation)
        }

        var incarnation: UUID {
            get { current.withLock { $0 } }
            set { current.withLock { $0 = newValue } }
        }
    }

    /// Signs on, waiting for a store that is not there yet.
    private func register() async throws -> UUID {
        let card = RunnerRepository.Card(
            id: options.id,
            concurrency: options.concurrency,
            host: ProcessInfo.processInfo.hostName,
            version: options.version
        )
        while true {
            do {
                return try await runners.register(card)
            } catch let error as LoupeError where error.code == .unavailable {
                logger.warning("The store cannot be reached", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// A runner of this id that was killed cannot come back: what it held goes on at once.
    private func giveBackPredecessorsRuns() async throws {
        for held in try await runners.held(by: options.id) { try await runs.loseRunner(of: held) }
    }

    // MARK: Runs

    private func claimRuns() async {
        let bell = Bell()
        let slots = Slots(options.concurrency, bell: bell)
        var turns = ClassTurns()
        await withDiscardingTaskGroup { group in
            await untilShutdown(bell) {
                while slots.free > 0, !Task.isShuttingDownGracefully {
                    let claims = try await runs.claim(runner: options.id, slots: slots.free, turns: &turns)
                    for claim in claims {
                        slots.take()
                        group.addTask {
                            await execute(claim)
                            slots.release()
                        }
                    }
                    if claims.isEmpty { return }
                }
            }
            await finishOrHandBack(slots)
        }
    }

    private func execute(_ claim: RunClaim) async {
        let execution = RunExecution(
            claim: claim,
            runs: runs,
            results: results,
            connectors: connectors,
            surroundings: surroundings,
            cellBytes: options.cellBytes,
            resultBytes: options.resultBytes,
            backoff: options.backoff,
            logger: logger
        )
        let task = Task { await execution.execute { running.reason(of: claim.lease) } }
        running.add(claim.lease, of: claim.run.id) { task.cancel() }
        if claim.run.state.isCancelRequested { running.stop(claim.run.id, because: .requested) }
        await task.value
        running.remove(claim.lease)
    }

    /// After shutdown began: what ends within the grace period ends, the rest goes back to the queue.
    private func finishOrHandBack(_ slots: Slots) async {
        await withTaskGroup { group in
            group.addTask { await slots.waitUntilIdle() }
            group.addTask {
                // Cancelled when the last run has ended.
                guard (try? await Task.sleep(for: options.grace)) != nil else { return }
                running.stopAll(because: .shutdown)
                await slots.waitUntilIdle()
            }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Errands

    private func claimErrands() async {
        let bell = Bell()
        let slots = Slots(options.errands, bell: bell)
        await withDiscardingTaskGroup { group in
            await untilShutdown(bell) {
                while slots.free > 0, !Task.isShuttingDownGracefully {
                    let claims = try await work.claim(runner: options.id, slots: slots.free)
                    for claim in claims {
                        slots.take()
                        group.addTask {
                            await errands.carryOut(claim)
                            slots.release()
                        }
                    }
                    if claims.isEmpty { return }
                }
            }
        }
    }

    /// Calls `body` at once, then whenever something is queued, a slot is freed or the poll interval is over, until
    /// shutdown.
    private func untilShutdown(_ bell: Bell, _ body: () async throws -> Void) async {
        let queued = signals.subscribe(.work)
        await withTaskGroup { group in
            group.addTask { for await _ in queued { bell.ring() } }
            group.addTask { await poll(bell) }
            for await _ in bell.rings.cancelOnGracefulShutdown() {
                do {
                    try await body()
                } catch {
                    logger.warning("The queue could not be read", metadata: ["error": "\(error)"])
                }
            }
            group.cancelAll()
        }
    }

    private func poll(_ bell: Bell) async {
        let clock = ContinuousClock()
        var last: ContinuousClock.Instant?
        for await _ in Ticks(every: min(options.lonelyPollInterval, options.pollInterval)) {
            let isDue = last.map { clock.now - $0 >= options.pollInterval } ?? true
            guard isDue || !signals.isJoined else { continue }
            last = clock.now
            bell.ring()
        }
    }

    // MARK: Beat and cancellations

    private func beat(_ registration: Registration) async throws {
        let clock = ContinuousClock()
        var lastBeat = clock.now
        var orphans: Set<UUID> = []
        for await _ in Ticks(every: options.beatInterval) {
            do {
                if try await !runners.beat(options.id, incarnation: registration.incarnation) {
                    running.stopAll(because: .leaseDoubtful)
                    guard try await !runners.isRegistered(options.id) else { throw anotherHasThisID }
                    logger.warning("This runner was counted dead and signs on again")
                    registration.incarnation = try await register()
                }
                lastBeat = clock.now
                try await stopCancelled()
                orphans = try await giveBackOrphans(knownBefore: orphans)
            } catch let error as LoupeError where error.code == .conflict {
                throw error
            } catch {
                logger.warning("The runner's beat failed", metadata: ["error": "\(error)"])
                if clock.now - lastBeat > options.beatPatience { running.stopAll(because: .leaseDoubtful) }
            }
        }
    }

    private var anotherHasThisID: LoupeError {
        LoupeError(.conflict, "another runner works under the id \(options.id)")
    }

    /// A claim whose commit was never answered, or an end that could not be written, leaves a run that the store
    /// counts as this runner's and nobody works on. Seen so at two beats it goes back to the queue.
    private func giveBackOrphans(knownBefore: Set<UUID>) async throws -> Set<UUID> {
        let held = try await runners.held(by: options.id)
        let mine = running.leases
        let orphans = held.filter { !mine.contains($0.lease) }
        for orphan in orphans where knownBefore.contains(orphan.lease) { try await runs.loseRunner(of: orphan) }
        return Set(orphans.map(\.lease))
    }

    private func stopCancelledAtSignals() async {
        for await signal in signals.subscribe(.cancellations) {
            if case .cancel(let id) = signal { running.stop(id, because: .requested) }
        }
    }

    /// Signals may be lost: the store knows which of this runner's runs somebody wants stopped.
    private func stopCancelled() async throws {
        for id in try await runs.cancelRequested(runner: options.id) { running.stop(id, because: .requested) }
    }

    private func closeIdleConnectors() async {
        for await _ in Ticks(every: .seconds(60)) { await connectors.closeIdle() }
    }
}
