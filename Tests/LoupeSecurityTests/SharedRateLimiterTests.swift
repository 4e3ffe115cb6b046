import LoupeCore
import LoupeTestSupport
import Synchronization
import Testing

@testable import LoupeSecurity

/// What limiters tell of Redis, and a clock for how long they leave it alone.
private final class Watch: Sendable {
    private let state = Mutex<(told: [SharedRateLimiter.Health], moved: Duration)>(([], .zero))
    private let start = ContinuousClock.now

    var told: [SharedRateLimiter.Health] { state.withLock { $0.told } }
    var now: ContinuousClock.Instant { state.withLock { start + $0.moved } }

    func tell(_ health: SharedRateLimiter.Health) { state.withLock { $0.told.append(health) } }
    func advance(by duration: Duration) { state.withLock { $0.moved += duration } }

    func limiter(_ url: String) throws -> SharedRateLimiter {
        SharedRateLimiter(
            try RedisAddress(url: url),
            fallback: RateLimiter(now: { self.now }),
            now: { self.now },
            onChange: { self.tell($0) }
        )
    }
}

@Suite("Rate limits in Redis")
struct SharedRateLimiterTests {
    /// Refills so slowly that a test sees nothing of it.
    private let slow = RateLimit(perMinute: 1, burst: 5)

    @Test func `several processes take from one bucket`() async throws {
        try await TestRedis.withServer { redis in
            let (one, other) = (try Watch().limiter(redis.url), try Watch().limiter(redis.url))
            await one.reach()
            await other.reach()
            for left in [4, 3, 2, 1, 0] {
                let decision = await (left % 2 == 0 ? one : other).take("user", limit: slow)
                #expect(decision.isAllowed && decision.limit == 1 && decision.retryAfter == nil)
                #expect(decision.remaining == left)
                #expect(decision.reset == .seconds(60 * (5 - left)))
            }
            for limiter in [one, other] {
                let refused = await limiter.take("user", limit: slow)
                #expect(!refused.isAllowed && refused.remaining == 0)
                let wait = try #require(refused.retryAfter)
                #expect(wait > .seconds(30) && wait <= .seconds(60))
                #expect(await limiter.take("somebody else \(wait)", limit: slow).isAllowed)
            }
        }
    }

    @Test func `a bucket fills again by Redis' clock, and what is full again is forgotten`() async throws {
        try await TestRedis.withServer { redis in
            let limiter = try Watch().limiter(redis.url)
            await limiter.reach()
            let limit = RateLimit(perMinute: 600, burst: 1)
            #expect(await limiter.take("user", limit: limit).isAllowed)
            #expect(await !limiter.take("user", limit: limit).isAllowed)
            var isAllowed = false
            while !isAllowed { isAllowed = await limiter.take("user", limit: limit).isAllowed }
            let left = try #require(Int(try await redis.command("PTTL", "loupe:rate:user")))
            #expect((1...1200).contains(left))
        }
    }

    @Test func `no request is let through twice under contention`() async throws {
        try await TestRedis.withServer { redis in
            let limiters = [try Watch().limiter(redis.url), try Watch().limiter(redis.url)]
            for limiter in limiters { await limiter.reach() }
            let limit = RateLimit(perMinute: 1, burst: 100)
            let allowed = await withTaskGroup(of: Int.self) { group in
                for number in 0..<400 {
                    group.addTask { await limiters[number % 2].take("user", limit: limit).isAllowed ? 1 : 0 }
                }
                return await group.reduce(0, +)
            }
            #expect(allowed == 100)
        }
    }

    @Test func `a Redis that dies is done without, told of once, and taken up again by itself`() async throws {
        try await TestRedis.withServer { redis in
            let watch = Watch()
            let limiter = try watch.limiter(redis.url)
            await limiter.reach()
            for _ in 0..<5 { _ = await limiter.take("user", limit: slow) }
            #expect(await !limiter.take("user", limit: slow).isAllowed)
            try await redis.kill()
            // Alone it counts anew.
            for _ in 0..<5 { #expect(await limiter.take("user", limit: slow).isAllowed) }
            #expect(await !limiter.take("user", limit: slow).isAllowed)
            for _ in 0..<3 {
                watch.advance(by: .seconds(2))
                _ = await limiter.take("user", limit: slow)
                await limiter.reach()
            }
            #expect(watch.told == [.shared, .alone(.noAnswer)])
            try await redis.start()
            watch.advance(by: .seconds(2))
            await limiter.reach()
            #expect(watch.told.last == .shared && watch.told.count == 3)
            _ = await limiter.take("user", limit: slow)
            #expect(try await redis.command("EXISTS", "loupe:rate:user") == "1")
        }
    }

    @Test func `a Redis that takes connections and answers nothing holds nobody up`() async throws {
        let silent = try SilentServer()
        let watch = Watch()
        let limiter = try watch.limiter("redis://127.0.0.1:\(silent.port)")
        let time = await ContinuousClock().measure {
            await limiter.reach()
            for _ in 0..<5 { #expect(await limiter.take("user", limit: slow).isAllowed) }
        }
        #expect(time < .seconds(5))
        #expect(watch.told == [.alone(.noAnswer)])
    }

    @Test func `requests that are caught by a freezing Redis are answered all the same`() async throws {
        try await TestRedis.withServer { redis in
            let watch = Watch()
            let limiter = try watch.limiter(redis.url)
            await limiter.reach()
            try await redis.freeze()
            let limit = RateLimit(perMinute: 1, burst: 200)
            let start = ContinuousClock.now
            let allowed = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<300 { group.addTask { await limiter.take("user", limit: limit).isAllowed ? 1 : 0 } }
                return await group.reduce(0, +)
            }
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(allowed == 200)
            #expect(watch.told == [.shared, .alone(.noAnswer)])
            try await redis.thaw()
            watch.advance(by: .seconds(2))
            await limiter.reach()
            #expect(watch.told.last == .shared)
        }
    }

    @Test func `it signs in and chooses its database, and a wrong password is told without itself`() async throws {
        let settings = ["--requirepass", "hunter2", "--user", "loupe", "on", ">hunter3", "~loupe:*", "+@all"]
        try await TestRedis.withServer(settings: settings) { redis in
            for credentials in [":hunter2", "loupe:hunter3"] {
                let watch = Watch()
                await (try watch.limiter("redis://\(credentials)@127.0.0.1:\(redis.port)/3")).reach()
                #expect(watch.told == [.shared])
            }
            for (credentials, code) in [(":wrong4", "WRONGPASS"), ("loupe:wrong4", "WRONGPASS"), ("", "NOAUTH")] {
                let watch = Watch()
                let at = credentials.isEmpty ? "" : "@"
                await (try watch.limiter("redis://\(credentials)\(at)127.0.0.1:\(redis.port)")).reach()
                #expect(watch.told == [.alone(.refused(code: code))])
                #expect(!"\(watch.told)".contains("wrong4"))
            }
        }
    }

    @Test func `a Redis that refuses the script is as good as none, and told of once`() async throws {
        try await TestRedis.withServer(settings: ["--rename-command", "EVAL", ""]) { redis in
            let watch = Watch()
            let limiter = try watch.limiter(redis.url)
            for _ in 0..<3 { await limiter.reach() }
            #expect(watch.told == [.alone(.refused(code: "ERR"))])
            #expect(await limiter.take("user", limit: slow).isAllowed)
        }
    }

    @Test(arguments: ["rediss://r", "redis://", "http://r", "redis://r:0", "redis://r/x", "redis://r/-1", "r", ""])
    func `an address that is none is refused without being repeated`(url: String) {
        #expect(throws: LoupeError.self) { try RedisAddress(url: url) }
    }

    @Test func `an address is read in its parts`() throws {
        let whole = try RedisAddress(url: "redis://ana:s%40cret@[::1]:7000/12")
        #expect(whole.host == "::1" && whole.port == 7000 && whole.database == 12)
        #expect(whole.user == "ana" && whole.password == "s@cret")
        let bare = try RedisAddress(url: "redis://cache.example")
        #expect(bare.host == "cache.example" && bare.port == 6379 && bare.database == 0 && bare.password == nil)
    }
}
