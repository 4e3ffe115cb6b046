/// How long to wait before trying again: exponential with full jitter, so that many who failed together do not come
/// back together.
package struct Backoff: Hashable, Sendable {
    package var base: Duration
    package var cap: Duration

    package init(base: Duration = .seconds(1), cap: Duration = .seconds(60)) {
        self.base = base
        self.cap = cap
    }

    /// A wait between zero and `base` × 2^(attempt − 1), at most `cap`. `fraction` is a random number in 0..<1.
    package func delay(afterAttempt attempt: Int, fraction: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 20)
        return min(cap, base * (1 << doublings)) * fraction
    }
}
