package import LoupeCore
import Synchronization

/// Hands signals to whoever waits in this process. With PostgreSQL, `PostgresSignals` joins the hubs of several.
package final class SignalHub: Sendable {
    /// What a subscriber wants to hear of.
    package enum Topic: Hashable, Sendable {
        case work
        case cancellations
        case run(Run.ID)
        case answer(WorkItem.ID)
        case schedules
        /// Everything, for those who pass signals on.
        case all
    }

    private struct State {
        var nextKey = 0
        var subscribers: [Topic: [Int: AsyncStream<Signal>.Continuation]] = [:]
        var outlet: (@Sendable (Signal) -> Void)?
        var isJoined = true
        var isEnding = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Signals of a topic from now on. Only the newest 64 are kept for a slow reader: each says no more than "look".
    package func subscribe(_ topic: Topic) -> AsyncStream<Signal> {
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(64))
        let key: Int? = state.withLock { state in
            if state.isEnding, topic.isWaiting { return nil }
            state.nextKey += 1
            state.subscribers[topic, default: [:]][state.nextKey] = continuation
            return state.nextKey
        }
        if let key {
            continuation.onTermination = { [weak self] _ in self?.remove(key, from: topic) }
        } else {
            continuation.finish()
        }
        return stream
    }

    /// Tells this process and, through the outlet, the others. Call it after the commit.
    package func announce(_ signal: Signal) {
        deliver(signal)
        state.withLock { $0.outlet }?(signal)
    }

    /// Whether signals of other processes arrive; always where there are none. Whoever polls does so more often while
    /// they do not.
    package var isJoined: Bool { state.withLock { $0.isJoined } }

    func setJoined(_ isJoined: Bool) {
        state.withLock { $0.isJoined = isJoined }
    }

    /// Ends the waiting for runs and answers, that which is going on and any that would begin: the process shuts down,
    /// and whoever waits answers as things stand.
    package func endWaiting() {
        let waiting = state.withLock { state in
            state.isEnding = true
            return state.subscribers.filter { $0.key.isWaiting }.flatMap { $0.value.values.map(\.self) }
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Tells this process only: the signal came from outside.
    func deliver(_ signal: Signal) {
        let targets = state.withLock { state in
            [signal.topic, .all].flatMap { state.subscribers[$0]?.values.map(\.self) ?? [] }
        }
        for target in targets { target.yield(signal) }
    }

    /// Where announced signals also go.
    func setOutlet(_ outlet: (@Sendable (Signal) -> Void)?) {
        state.withLock { $0.outlet = outlet }
    }

    private func remove(_ key: Int, from topic: Topic) {
        state.withLock { state in
            state.subscribers[topic]?[key] = nil
            if state.subscribers[topic]?.isEmpty == true { state.subscribers[topic] = nil }
        }
    }
}

extension SignalHub.Topic {
    fileprivate var isWaiting: Bool {
        switch self {
        case .run, .answer: true
        case .work, .cancellations, .schedules, .all: false
        }
    }
}

extension Signal {
    fileprivate var topic: SignalHub.Topic {
        switch self {
        case .work: .work
        case .run(let id): .run(id)
        case .cancel: .cancellations
        case .answered(let id): .answer(id)
        case .schedules: .schedules
        }
    }
}
