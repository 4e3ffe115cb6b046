/// So many requests a minute, and so many at once after a pause.
package struct RateLimit: Hashable, Sendable {
    package let perMinute: Int
    package let burst: Int

    /// Without a `burst` a whole minute's requests may come at once.
    package init(perMinute: Int, burst: Int? = nil) {
        precondition(perMinute > 0 && (burst ?? 1) > 0, "a limit lets something through")
        self.perMinute = perMinute
        self.burst = burst ?? perMinute
    }

    /// Whether a request may go on, and what its answer's RateLimit headers say.
    package struct Decision: Hashable, Sendable {
        package let isAllowed: Bool
        /// Requests a minute.
        package let limit: Int
        /// Requests that may follow at once.
        package let remaining: Int
        /// Until nothing of the limit is used any more, rounded up to seconds.
        package let reset: Duration
        /// Until the next request may come, rounded up to seconds; nil when this one may go on.
        package let retryAfter: Duration?
    }

    /// What a bucket with so many tokens left says of the request that was just let through, or not.
    func decision(isAllowed: Bool, tokens: Double) -> Decision {
        let perSecond = Double(perMinute) / 60
        return Decision(
            isAllowed: isAllowed,
            limit: perMinute,
            remaining: Int(tokens),
            reset: .seconds(((Double(burst) - tokens) / perSecond).rounded(.up)),
            retryAfter: isAllowed ? nil : .seconds(max(1, ((1 - tokens) / perSecond).rounded(.up)))
        )
    }
}
