import Synchronization

/// Token buckets in this process's memory, one a key, such as an address, a user or an API key.
///
/// Memory is bounded: keys live in two generations of at most `maximumKeys / 2`. When the younger is full it becomes the
/// older, and the older is forgotten, so a key is lost only after so many others came since its last use. What forgetting
/// gives away is one burst.
package final class RateLimiter: RateCounter {
    private struct State {
        var young: [String: TokenBucket] = [:]
        var old: [String: TokenBucket] = [:]
    }

    private let maximumKeys: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(maximumKeys: Int = 100_000, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.maximumKeys = maximumKeys
        self.now = now
    }

    package func take(_ key: String, limit: RateLimit) -> RateLimit.Decision {
        let time = now()
        return state.withLock { state in
            var bucket = state.young[key] ?? state.old[key] ?? TokenBucket(tokens: Double(limit.burst), updated: time)
            let decision = bucket.take(at: time, limit: limit)
            if state.young.count >= maximumKeys / 2, state.young[key] == nil {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = bucket
            return decision
        }
    }

    /// How many keys are remembered, at most `maximumKeys`.
    package var keyCount: Int {
        state.withLock { state in state.young.count + state.old.keys.count { state.young[$0] == nil } }
    }
}
