/// Requests that may still come, refilled evenly over time.
struct TokenBucket {
    var tokens: Double
    var updated: ContinuousClock.Instant

    mutating func take(at time: ContinuousClock.Instant, limit: RateLimit) -> RateLimit.Decision {
        let perSecond = Double(limit.perMinute) / 60
        let elapsed = max(0, updated.duration(to: time) / .seconds(1))
        tokens = min(Double(limit.burst), tokens + elapsed * perSecond)
        updated = time
        let isAllowed = tokens >= 1
        if isAllowed { tokens -= 1 }
        return limit.decision(isAllowed: isAllowed, tokens: tokens)
    }
}
