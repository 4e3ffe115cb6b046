import HTTPTypes
import LoupeCore
import LoupeTelemetry
import Testing

@testable import LoupeAPI

@Suite("/metrics")
struct MetricsTests {
    @Test("counts requests by route template and class of status, and by nothing that could be an id")
    func requests() async throws {
        let api = await TestAPI()
        let viewer = try await api.sessions.signIn(.viewer)
        try await api.test { (call: TestCalls) async throws in
            for id in ["0196f000-0000-7000-8000-000000000000", "0196f000-0000-7000-8000-000000000001"] {
                try await call(.get, "/api/v1/widgets/\(id)?search=secret", token: viewer.token)
            }
            try await call(.get, "/api/v1/nothing/at/all")
            try await call(.get, "/api/v1/widgets/broken")
            let answer = try await call(.get, "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "private, no-store")
            let lines = answer.text.split(separator: "\n")
            let count = "loupe_http_requests_total"
            #expect(lines.contains(#"\#(count){method="GET",route="/api/v1/widgets/{id}",status="4xx"} 2"#))
            #expect(lines.contains(#"\#(count){method="GET",route="/api/v1/widgets/broken",status="5xx"} 1"#))
            #expect(lines.contains(#"\#(count){method="-",route="-",status="4xx"} 1"#))
            let duration = "loupe_http_request_duration_seconds_count"
            #expect(lines.contains(#"\#(duration){method="GET",route="/api/v1/widgets/{id}"} 2"#))
            for word in ["0196f000", "secret", "nothing"] { #expect(!answer.text.contains(word)) }
        }
    }

    @Test("is for this machine, or for who has the token")
    func access() async throws {
        var api = await TestAPI()
        let away: HTTPFields = [.forwardedFor: "203.0.113.9"]
        for token in [nil, Secret("figures")] {
            api.metricsToken = token
            try await api.test { (call: TestCalls) async throws in
                #expect(try await call(.get, "/metrics").status == 200)
                let refused = try await call(.get, "/metrics", headers: away)
                #expect(refused.status == 401)
                #expect(refused.headers[.wwwAuthenticate] == "Bearer")
                for wrong in ["other", "", "figures2"] {
                    #expect(try await call(.get, "/metrics", token: wrong, headers: away).status == 401)
                    #expect(try await call(.get, "/metrics", token: wrong).status == 401)
                }
                let status = token == nil ? 401 : 200
                #expect(try await call(.get, "/metrics", token: "figures", headers: away).status == status)
            }
        }
    }

    @Test("answers to any name with the token, and to pages of others not at all")
    func host() async throws {
        var api = await TestAPI()
        api.metricsToken = Secret("figures")
        api.rules = APIRules(hosts: ["loupe.example"])
        try await api.test { (call: TestCalls) async throws in
            #expect(try await call(.get, "/metrics", token: "figures").status == 200)
            #expect(try await call(.get, "/metrics").status == 421)
        }
    }

    @Test("guessing its token is limited")
    func limited() async throws {
        var api = await TestAPI(addressPerMinute: 3)
        api.metricsToken = Secret("figures")
        try await api.test { (call: TestCalls) async throws in
            for _ in 0..<3 { #expect(try await call(.get, "/metrics", token: "guess").status == 401) }
            #expect(try await call(.get, "/metrics", token: "figures").status == 429)
        }
    }
}
