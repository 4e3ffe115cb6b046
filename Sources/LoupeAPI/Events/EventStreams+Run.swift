import Logging
import LoupeCore
import LoupeStore
import NIOCore
import Synchronization

extension EventStreams {
    /// Sessions are looked at anew that often: what ended stops within five seconds.
    private static let checkInterval = Duration.seconds(4)
    /// A comment goes out each so many checks, so that nobody between takes the connection for dead.
    private static let checksAKeepAlive = 4
    private static let eventsAtOnce = 500
    /// Between two reads, so that a burst of signals costs few.
    private static let pause = Duration.milliseconds(20)

    /// Feeds the streams until the task is cancelled, then ends them.
    package func run() async {
        let changes = signals.subscribe(.all)
        bell.ring()
        await withTaskGroup { group in
            group.addTask { await self.listen(to: changes) }
            group.addTask { for await _ in Ticks(every: EventStreams.checkInterval) { await self.check() } }
            group.addTask { await self.feed() }
            await group.next()
            group.cancelAll()
        }
        close()
    }

    private func listen(to changes: AsyncStream<Signal>) async {
        for await signal in changes where signal.isAboutRuns { bell.ring() }
    }

    private func feed() async {
        for await _ in bell.rings {
            do {
                // Between two reads also of a flood, so that who reads at all keeps up.
                while try await read() == EventStreams.eventsAtOnce {
                    try await Task.sleep(for: EventStreams.pause)
                }
            } catch is CancellationError {
                return
            } catch {
                // The next check rings again.
                logger.warning("Run events could not be read", metadata: ["error.cause": "\(error)"])
            }
            // Cancelled: the loop ends at its next turn.
            try? await Task.sleep(for: EventStreams.pause)
        }
    }

    /// Reads what is new and hands it on; how many events came.
    func read() async throws -> Int {
        guard let cursor = state.withLock({ $0.cursor }) else {
            let newest = try await events.newest(Int(EventCursor.widestHole))
            state.withLock { $0.cursor = EventCursor(after: newest, at: instant()) }
            return 0
        }
        let found = try await events.read(
            after: cursor.last,
            also: cursor.missingNumbers,
            limit: EventStreams.eventsAtOnce
        )
        for event in found { deliver(event) }
        state.withLock { $0.cursor?.giveUp(at: instant()) }
        return found.count
    }

    private func deliver(_ event: RunEvent) {
        let settled = state.withLock { state -> Int64? in
            guard state.cursor?.take(event.number, at: instant()) == true else { return nil }
            return state.cursor?.settled
        }
        guard let settled else { return }
        let streams = streams(of: event.organization)
        guard !streams.isEmpty else { return }
        let message = EventMessage.change(event, id: settled).bytes
        for stream in streams where stream.wants(event) {
            if !stream.push(message) {
                logger.info("A slow reader of events was dropped", metadata: ["user.id": "\(stream.caller.user)"])
            }
            if stream.run != nil, event.status.isFinal { stream.end() }
        }
    }

    /// Ends the streams of those who may not listen any more, by one look for all of them.
    func check() async {
        let streams = all
        guard !streams.isEmpty else { return }
        bell.ring()
        do {
            let good = try await standing(Set(streams.map(\.identity)))
            for stream in streams where !good.contains(stream.identity) { stream.end() }
        } catch {
            // Nothing is told either while the store cannot be read.
            logger.warning("Listeners' sessions could not be checked", metadata: ["error.cause": "\(error)"])
        }
        let isTimeForComment = state.withLock { state in
            state.ticks += 1
            return state.ticks % EventStreams.checksAKeepAlive == 0
        }
        guard isTimeForComment else { return }
        for stream in streams { stream.push(EventMessage.keepAlive.bytes) }
    }

    private func close() {
        state.withLock { $0.isClosed = true }
        for stream in all { stream.end() }
    }
}

extension Signal {
    fileprivate var isAboutRuns: Bool {
        switch self {
        case .work, .run: true
        case .cancel, .answered, .schedules: false
        }
    }
}
