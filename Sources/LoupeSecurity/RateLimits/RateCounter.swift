/// Keeps token buckets by key: in this process, or for all processes of an installation together.
package protocol RateCounter: Sendable {
    /// Takes one request from the bucket of `key`. A refused request takes nothing, so insisting does not prolong the
    /// wait. Never fails, and never waits for longer than a fraction of a second.
    func take(_ key: String, limit: RateLimit) async -> RateLimit.Decision
}
