import Dispatch
import Synchronization

/// Token buckets in Redis, which several processes share; while Redis is away, this process's own.
///
/// A request never waits for a connection to be made: until Redis answered a first time, and from its first failure to
/// its next answer, the process counts by itself. A request that is caught by the failure waits for `timeout` at most.
/// Requests that come while Redis is being asked go together in the next round trip.
package final class SharedRateLimiter: RateCounter {
    package enum Health: Hashable, Sendable {
        case shared
        case alone(RedisFailure)
    }

    private struct Question {
        let key: String
        let limit: RateLimit
        /// Nil where Redis has no answer.
        let answer: CheckedContinuation<RateLimit.Decision?, Never>
    }

    private enum Link {
        case up
        case down(until: ContinuousClock.Instant)
        case beingTried
    }

    private struct State {
        var link: Link
        var isAsking = false
        var waiting: [Question] = []
        /// What `onChange` was told last.
        var told: Health?
    }

    /// Questions in one round trip.
    static let batch = 128
    /// More wait only where Redis is slower than requests come: the rest is counted here.
    static let maximumWaiting = 4096

    private let fallback: RateLimiter
    private let pause: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let onChange: @Sendable (Health) -> Void
    private let worker: RedisWorker
    private let state: Mutex<State>

    /// `onChange` is told when the counting becomes shared and when it ceases to be, once each.
    package init(
        _ address: RedisAddress,
        fallback: RateLimiter,
        timeout: Duration = .milliseconds(250),
        pause: Duration = .seconds(1),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        onChange: @escaping @Sendable (Health) -> Void
    ) {
        self.fallback = fallback
        self.pause = pause
        self.now = now
        self.onChange = onChange
        worker = RedisWorker(address: address, timeout: timeout)
        state = Mutex(State(link: .down(until: now())))
    }

    package func take(_ key: String, limit: RateLimit) async -> RateLimit.Decision {
        switch step() {
        case .ask:
            let answer = await withCheckedContinuation { ask(Question(key: key, limit: limit, answer: $0)) }
            return answer ?? fallback.take(key, limit: limit)
        case .tryAgain:
            worker.queue.async { self.tryLink() }
            return fallback.take(key, limit: limit)
        case .alone:
            return fallback.take(key, limit: limit)
        }
    }

    /// Tries to reach Redis now, so that the first requests are counted together with the other processes'.
    package func begin() {
        worker.queue.async { self.tryLink() }
    }

    /// The same, and waits for what comes of it.
    package func reach() async {
        await withCheckedContinuation { done in
            worker.queue.async {
                self.tryLink()
                done.resume()
            }
        }
    }

    private enum Step {
        case ask
        case tryAgain
        case alone
    }

    private func step() -> Step {
        state.withLock { state in
            switch state.link {
            case .up: return state.waiting.count < Self.maximumWaiting ? .ask : .alone
            case .beingTried: return .alone
            case .down(let until):
                guard now() >= until else { return .alone }
                state.link = .beingTried
                return .tryAgain
            }
        }
    }

    private func ask(_ question: Question) {
        let startsNow = state.withLock { state in
            state.waiting.append(question)
            defer { state.isAsking = true }
            return !state.isAsking
        }
        if startsNow { worker.queue.async { self.askAll() } }
    }

    /// On the queue: asks Redis until nobody waits.
    private func askAll() {
        while true {
            let questions = state.withLock { state in
                let next = Array(state.waiting.prefix(Self.batch))
                state.waiting.removeFirst(next.count)
                if next.isEmpty { state.isAsking = false }
                return next
            }
            if questions.isEmpty { return }
            do {
                let decisions = try worker.decisions(questions.map { ($0.key, $0.limit) })
                for (question, decision) in zip(questions, decisions) { question.answer.resume(returning: decision) }
            } catch {
                for question in questions + cutOff() { question.answer.resume(returning: nil) }
                tell(.alone(error))
            }
        }
    }

    /// On the queue.
    private func tryLink() {
        if case .up = state.withLock({ $0.link }) { return }
        do {
            try worker.connect()
            state.withLock { $0.link = .up }
            tell(.shared)
        } catch {
            for question in cutOff() { question.answer.resume(returning: nil) }
            tell(.alone(error))
        }
    }

    /// Nobody asks from here on, and who waits is to be told now: they shall not wait for a timeout of their own.
    private func cutOff() -> [Question] {
        let until = now().advanced(by: pause)
        return state.withLock { state in
            state.link = .down(until: until)
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// One failure after another is no news.
    private func tell(_ health: Health) {
        let isNews = state.withLock { state in
            defer { state.told = health }
            return switch (state.told, health) {
            case (.shared?, .shared), (.alone?, .alone): false
            default: true
            }
        }
        if isNews { onChange(health) }
    }
}
