import LoupeSecurity
import Synchronization
import Testing

@Suite("Rate limiter")
struct RateLimiterTests {
    private let clock = TestInstant()

    private func limiter(_ maximumKeys: Int = 1000) -> RateLimiter {
        RateLimiter(maximumKeys: maximumKeys, now: { clock.now })
    }

    @Test func `a burst goes through, then one each part of a minute`() {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 60, burst: 3)
        for left in [2, 1, 0] {
            let decision = limiter.take("a", limit: limit)
            #expect(decision.isAllowed)
            #expect(decision.limit == 60)
            #expect(decision.remaining == left)
            #expect(decision.reset == .seconds(3 - left))
            #expect(decision.retryAfter == nil)
        }
        let refused = limiter.take("a", limit: limit)
        #expect(!refused.isAllowed)
        #expect(refused.retryAfter == .seconds(1))
        #expect(refused.remaining == 0)
        clock.advance(by: .milliseconds(999))
        #expect(!limiter.take("a", limit: limit).isAllowed)
        clock.advance(by: .milliseconds(1))
        #expect(limiter.take("a", limit: limit).isAllowed)
        #expect(!limiter.take("a", limit: limit).isAllowed)
    }

    @Test func `a pause fills no more than the burst`() {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 60, burst: 2)
        _ = limiter.take("a", limit: limit)
        clock.advance(by: .seconds(3600))
        let allowed = (0..<10).count { _ in limiter.take("a", limit: limit).isAllowed }
        #expect(allowed == 2)
    }

    @Test func `slow limits say how long to wait`() {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 3, burst: 1)
        _ = limiter.take("a", limit: limit)
        #expect(limiter.take("a", limit: limit).retryAfter == .seconds(20))
        clock.advance(by: .seconds(12))
        #expect(limiter.take("a", limit: limit).retryAfter == .seconds(8))
    }

    @Test func `without a burst a whole minute's requests may come at once`() {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 10)
        #expect((0..<20).count { _ in limiter.take("a", limit: limit).isAllowed } == 10)
    }

    @Test func `keys do not touch each other`() {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 1)
        #expect(limiter.take("a", limit: limit).isAllowed)
        #expect(!limiter.take("a", limit: limit).isAllowed)
        #expect(limiter.take("b", limit: limit).isAllowed)
    }

    @Test func `memory is bounded, and one that keeps asking stays limited`() {
        let limiter = limiter(100)
        let limit = RateLimit(perMinute: 1)
        #expect(limiter.take("insistent", limit: limit).isAllowed)
        for number in 0..<1000 {
            _ = limiter.take("\(number)", limit: limit)
            #expect(!limiter.take("insistent", limit: limit).isAllowed)
            #expect(limiter.keyCount <= 100)
        }
    }

    @Test func `no request is let through twice under contention`() async {
        let limiter = limiter()
        let limit = RateLimit(perMinute: 100)
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<100).count { _ in limiter.take("a", limit: limit).isAllowed } }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 100)
    }
}

/// A monotonic clock that moves when told.
private final class TestInstant: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0.advanced(by: duration) }
    }
}
