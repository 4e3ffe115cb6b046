import HTTPTypes
import HummingbirdTesting
import LoupeCore
import LoupeSecurity
import LoupeTelemetry
import Testing

@testable import LoupeAPI

@Suite("Rate limits")
struct RateTests {
    @Test("an address without a good credential has its limit, and waiting helps")
    func address() async throws {
        let api = await TestAPI(addressPerMinute: 5)
        try await api.test { (call: TestCalls) async throws in
            for _ in 0..<5 { #expect(try await call(.get, "/api/v1/widgets/special").status == 200) }
            let refused = try await call(.get, "/api/v1/widgets/special")
            #expect(refused.status == 429)
            #expect(refused.errorType == "rate_limited")
            #expect(refused.headers[.retryAfter] == "12")
            #expect(refused.headers[.rateLimitLimit] == "5")
            #expect(refused.headers[.rateLimitRemaining] == "0")
            #expect(refused.headers[.rateLimitReset] == "60")
            api.clock.advance(by: .seconds(12))
            #expect(try await call(.get, "/api/v1/widgets/special").status == 200)
        }
    }

    @Test("bad tokens count against their address, good ones do not")
    func badTokens() async throws {
        let api = await TestAPI(addressPerMinute: 3)
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { (call: TestCalls) async throws in
            let path = "/api/v1/widgets/0196f000-0000-7000-8000-000000000000"
            for _ in 0..<10 { #expect(try await call(.get, path, token: viewer.token).status == 404) }
            for _ in 0..<3 { #expect(try await call(.get, path, token: "bad").status == 401) }
            #expect(try await call(.get, path, token: "bad").status == 429)
            #expect(try await call(.get, path, token: viewer.token).status == 404)
        }
    }

    @Test("a user has a burst of 200")
    func user() async throws {
        let api = await TestAPI(addressPerMinute: 100)
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { (call: TestCalls) async throws in
            let path = "/api/v1/widgets/0196f000-0000-7000-8000-000000000000"
            for _ in 0..<200 { #expect(try await call(.get, path, token: viewer.token).status == 404) }
            let refused = try await call(.get, path, token: viewer.token)
            #expect(refused.status == 429)
            #expect(refused.headers[.rateLimitLimit] == "1200")
        }
    }

    @Test("the limits are these")
    func numbers() {
        let rules = RateRules(counter: RateLimiter(now: { .now }))
        let expected: [RateRule: RateLimit] = [
            .address: RateLimit(perMinute: 100), .user: RateLimit(perMinute: 1200, burst: 200),
            .key: RateLimit(perMinute: 600), .execute: RateLimit(perMinute: 120),
            .connectionTest: RateLimit(perMinute: 10), .login: RateLimit(perMinute: 10),
            .register: RateLimit(perMinute: 5),
        ]
        for rule in RateRule.allCases { #expect(rules.limit(of: rule) == expected[rule]) }
    }

    @Test("an API key has 600 of its own, beside its owner's")
    func apiKey() async throws {
        let api = await TestAPI(addressPerMinute: 100)
        let key = try await api.sessions.signIn(.viewer)
        let owner = try await api.sessions.signIn(.viewer)
        let handle = APIKey.Handle(id: api.clock.surroundings.newID(), name: "nightly")
        api.sessions.change(key.session) { $0.key = handle }
        try await api.test { (call: TestCalls) async throws in
            let path = "/api/v1/widgets/0196f000-0000-7000-8000-000000000000"
            for _ in 0..<600 { #expect(try await call(.get, path, token: key.token).status == 404) }
            let refused = try await call(.get, path, token: key.token)
            #expect(refused.status == 429)
            #expect(refused.headers[.rateLimitLimit] == "600")
            #expect(try await call(.get, path, token: owner.token).headers[.rateLimitLimit] == "1200")
        }
    }

    @Test("what is let through says what is left, and what is refused is counted")
    func counted() async throws {
        let api = await TestAPI(addressPerMinute: 2)
        try await api.test { (call: TestCalls) async throws in
            let first = try await call(.get, "/api/v1/widgets/special")
            #expect(first.headers[.rateLimitLimit] == "2" && first.headers[.rateLimitRemaining] == "1")
            #expect(first.headers[.rateLimitReset] == "30" && first.headers[.retryAfter] == nil)
            for _ in 0..<4 { try await call(.get, "/api/v1/widgets/special") }
        }
        var text = MetricsText()
        api.metrics.write(to: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains(#"loupe_rate_limit_violations_total{rule="address"} 3"#))
        #expect(lines.contains(#"loupe_rate_limit_violations_total{rule="user"} 0"#))
    }

    @Test("a route with a limit of its own has it beside the caller's")
    func own() async throws {
        let api = await TestAPI(addressPerMinute: 100)
        try await api.test { (call: TestCalls) async throws in
            for _ in 0..<10 {
                #expect(try await call(.post, "/api/v1/widgets/echo", json: #"{"name":"a"}"#).status == 200)
            }
            #expect(try await call(.post, "/api/v1/widgets/echo", json: #"{"name":"a"}"#).status == 429)
            #expect(try await call(.get, "/api/v1/widgets/special").status == 200)
        }
    }

    @Test("0 turns the limits off, and exempt addresses have none")
    func off() async throws {
        var api = await TestAPI()
        try await api.test { (call: TestCalls) async throws in
            for _ in 0..<150 { #expect(try await call(.get, "/api/v1/widgets/special").status == 200) }
        }
        api.addressPerMinute = 1
        api.exempt = try [#require(AddressRange("127.0.0.0/8")), #require(AddressRange("::1"))]
        try await api.test(.live) { (call: TestCalls) async throws in
            for _ in 0..<5 { #expect(try await call(.get, "/api/v1/widgets/special").status == 200) }
        }
    }

    @Test("behind a trusted proxy the client's own address counts, and nobody can make one up")
    func proxy() async throws {
        var api = await TestAPI(addressPerMinute: 1)
        let path = "/api/v1/widgets/special"
        try await api.test(.live) { (call: TestCalls) async throws in
            #expect(try await call(.get, path, headers: [.forwardedFor: "203.0.113.1"]).status == 200)
            #expect(try await call(.get, path, headers: [.forwardedFor: "203.0.113.2"]).status == 429)
        }
        api.rules = APIRules(trustedProxies: try ["127.0.0.0/8", "::1"].map { try #require(AddressRange($0)) })
        try await api.test(.live) { (call: TestCalls) async throws in
            #expect(try await call(.get, path, headers: [.forwardedFor: "203.0.113.1"]).status == 200)
            #expect(try await call(.get, path, headers: [.forwardedFor: "203.0.113.1"]).status == 429)
            #expect(try await call(.get, path, headers: [.forwardedFor: "203.0.113.2"]).status == 200)
            #expect(try await call(.get, path, headers: [.forwardedFor: "8.8.8.8, 203.0.113.2"]).status == 429)
        }
    }
}
