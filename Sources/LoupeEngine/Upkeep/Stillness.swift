/// Watches values that ought to move and tells, by the observer's own monotonic clock, how long one has stood still.
/// A beat that was never seen to move counts from when it was first seen.
struct Stillness<Key: Hashable & Sendable, Value: Equatable & Sendable>: Sendable {
    private var seen: [Key: (value: Value, since: ContinuousClock.Instant)] = [:]
    private var lastObservation: ContinuousClock.Instant?

    /// Takes in the current values; keys that are gone are forgotten. Returns those that stood still for `patience`.
    mutating func observe(
        _ current: [Key: Value],
        at now: ContinuousClock.Instant,
        patience: Duration
    ) -> Set<Key> {
        // Where the observer itself stood still, it saw nothing stand still.
        if let last = lastObservation, now - last > patience / 2 { seen = [:] }
        lastObservation = now
        seen = seen.filter { current[$0.key] != nil }
        var still: Set<Key> = []
        for (key, value) in current {
            if let known = seen[key], known.value == value {
                if now - known.since >= patience { still.insert(key) }
            } else {
                seen[key] = (value, now)
            }
        }
        return still
    }
}
