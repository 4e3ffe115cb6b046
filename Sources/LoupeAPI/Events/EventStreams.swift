package import Logging
package import LoupeCore
package import LoupeStore
import NIOCore
import Synchronization

/// Every open event stream of this process, and the one reader that feeds them all: a signal costs one read of the
/// store, however many listen.
package final class EventStreams: Sendable {
    /// Which of these may go on listening.
    package typealias Standing = @Sendable (Set<Identity>) async throws -> Set<Identity>

    package static let maximumPerUser = 20

    struct State {
        var nextKey = 0
        var streams: [Organization.ID: [Int: EventStream]] = [:]
        var counts: [User.ID: Int] = [:]
        var cursor: EventCursor?
        var isClosed = false
        var ticks = 0
    }

    let events: RunEventRepository
    let signals: SignalHub
    let standing: Standing
    let surroundings: Surroundings
    let instant: @Sendable () -> ContinuousClock.Instant
    let logger: Logger
    let bell = Bell()
    let state = Mutex(State())

    package init(
        events: RunEventRepository,
        signals: SignalHub,
        standing: @escaping Standing,
        surroundings: Surroundings,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        logger: Logger
    ) {
        self.events = events
        self.signals = signals
        self.standing = standing
        self.surroundings = surroundings
        self.instant = instant
        self.logger = logger
    }

    /// A place among the streams, given back when the last reference to it goes: also when the answer that holds it is
    /// never written.
    final class Place: Sendable {
        let stream: EventStream
        /// Everything up to this event happened before.
        let start: Int64
        private let leave: @Sendable () -> Void

        init(stream: EventStream, start: Int64, leave: @escaping @Sendable () -> Void) {
            self.stream = stream
            self.start = start
            self.leave = leave
        }

        deinit { leave() }
    }

    /// Throws `rate_limited` for one stream too many of a person.
    func open(_ stream: EventStream) throws -> Place {
        let user = stream.caller.user
        let (key, start) = try state.withLock { state in
            guard !state.isClosed else { throw LoupeError(.unavailable, "the server is shutting down; try again") }
            guard state.counts[user, default: 0] < EventStreams.maximumPerUser else {
                throw LoupeError(
                    .rateLimited,
                    "at most \(EventStreams.maximumPerUser) event streams can be open at once",
                    retryAfter: .seconds(5)
                )
            }
            state.nextKey += 1
            state.counts[user, default: 0] += 1
            state.streams[stream.caller.organization, default: [:]][state.nextKey] = stream
            return (state.nextKey, state.cursor?.settled ?? 0)
        }
        return Place(stream: stream, start: start) { [weak self] in self?.remove(key, stream) }
    }

    /// How many are open.
    package var count: Int {
        state.withLock { state in state.counts.values.reduce(0, +) }
    }

    private func remove(_ key: Int, _ stream: EventStream) {
        state.withLock { state in
            let organization = stream.caller.organization
            guard state.streams[organization]?.removeValue(forKey: key) != nil else { return }
            if state.streams[organization]?.isEmpty == true { state.streams[organization] = nil }
            let count = state.counts[stream.caller.user, default: 1] - 1
            state.counts[stream.caller.user] = count == 0 ? nil : count
        }
    }

    var all: [EventStream] {
        state.withLock { state in state.streams.values.flatMap { $0.values.map(\.self) } }
    }

    func streams(of organization: Organization.ID) -> [EventStream] {
        state.withLock { state in state.streams[organization].map { $0.values.map(\.self) } ?? [] }
    }
}
