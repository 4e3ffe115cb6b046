import HTTPTypes
import HummingbirdTesting
import LoupeCore
import LoupeStore
import LoupeTestSupport
import NIOCore
import Testing

@testable import LoupeAPI

@Suite("/health", .onBothStores)
struct HealthRouteTests {
    @Test("a well server says so to probes of any host, and details to itself")
    func well() async throws {
        try await TestServer.with(rules: APIRules(hosts: ["loupe.example"])) { _, call in
            for path in ["/health", "/health/live", "/health/ready", "/health/startup", "/api/v1/health/live"] {
                let answer = try await call(.get, path)
                #expect(answer.status == 200)
                #expect(answer["status"] == "ok")
            }
            let own = try await call(.get, "/api/v1/health")
            #expect(own["version"] == "1.2.3")
            #expect(own["database"] == "up")
            let proxied = try await call(.get, "/api/v1/health", headers: [.forwardedFor: "203.0.113.9"])
            #expect(proxied["status"] == "ok")
            #expect(proxied["version"] == nil)
        }
    }

    @Test("without its store the server is alive but not ready, and knows it is signed-in people who ask")
    func down() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            try await call(.get, "/api/v1/auth/me", token: ada.token)
            await server.database.close()
            #expect(try await call(.get, "/health/live").status == 200)
            let probe = try await call.client.execute(uri: "/health/ready", method: .get)
            #expect(probe.status == .serviceUnavailable)
            let headers: HTTPFields = [.forwardedFor: "203.0.113.9", .authorization: "Bearer \(ada.token)"]
            let detailed = try await call.client.execute(uri: "/health", method: .get, headers: headers)
            #expect(String(buffer: detailed.body) == #"{"status":"unavailable","database":"down","version":"1.2.3"}"#)
        }
    }
}
