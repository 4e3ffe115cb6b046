import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import LoupeCore
import LoupeSecurity
import LoupeTelemetry
import NIOCore
import Synchronization
import Testing

@testable import LoupeAPI

/// The framework with a resource of the tests' own behind it.
struct TestAPI {
    let clock = TestClock()
    let sessions: TestSessions
    let widgets: WidgetRoutes
    let lines = LogLines()
    var rules = APIRules()
    var addressPerMinute: Int
    var exempt: [AddressRange] = []
    var limits = ConnectionLimits()
    var metricsToken: Secret<String>?
    let metrics = RequestMetrics()

    init(addressPerMinute: Int = 0) async {
        self.addressPerMinute = addressPerMinute
        sessions = await TestSessions(clock)
        widgets = WidgetRoutes(clock.surroundings)
    }

    func authenticator() -> Authenticator {
        Authenticator(instant: { clock.instant }, now: { clock.now }, verify: sessions.verify)
    }

    func responder() -> APIResponder {
        let root = Endpoints()
        widgets.add(to: root.group("api/v1/widgets"))
        let metrics = metrics
        MetricsRoutes(token: metricsToken, rules: rules) {
            var text = MetricsText()
            metrics.write(to: &text)
            return text
        }
        .add(to: root.group("metrics"))
        DocsRoutes().add(to: root.group("docs"))
        return APIResponder(
            root,
            rules: rules,
            authenticator: authenticator(),
            rates: RateRules(
                addressPerMinute: addressPerMinute,
                exempt: exempt,
                counter: RateLimiter(now: { clock.instant })
            ),
            idempotency: TestIdempotency().hook,
            logger: lines.logger(),
            metrics: metrics,
            surroundings: clock.surroundings
        )
    }

    func test(
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (TestCalls) async throws -> Void
    ) async throws {
        let app = Application(
            responder: responder(),
            server: .api(rules, limits: limits, surroundings: clock.surroundings),
            logger: lines.logger(level: .critical)
        )
        try await app.test(setup) { client in try await body(TestCalls(client: client)) }
    }
}

/// Calls an API and looks at every error for what it must not tell.
struct TestCalls: Sendable {
    let client: any TestClientProtocol

    @discardableResult
    func callAsFunction(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        json: String? = nil,
        bytes: [UInt8]? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let body = json.map { ByteBuffer(string: $0) } ?? bytes.map { ByteBuffer(bytes: $0) }
        if body != nil, !headers.contains(.contentType) { headers[.contentType] = "application/json" }
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body)
        let answer = TestAnswer(response)
        if answer.status >= 400 {
            expectNoLeak(answer.text)
            #expect(answer.headers[.requestID] != nil)
        }
        return answer
    }
}

struct TestAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    init(_ response: TestResponse) {
        status = response.status.code
        headers = response.headers
        text = String(buffer: response.body)
    }

    var json: JSONValue {
        get throws { try JSONValue(parsing: text) }
    }

    /// Follows members and indices: `answer["error", "details", "0", "field"]`.
    subscript(path: String...) -> JSONValue? {
        // A body that is no JSON has no such member, which the test then says.
        var value = try? JSONValue(parsing: text)
        for step in path {
            switch value {
            case .object(let members)?: value = members[step]
            case .array(let elements)?:
                value = Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : Optional.none }
            default: value = nil
            }
        }
        return value
    }

    func text(_ path: String) -> String? {
        guard case .string(let text)? = self[path] else { return nil }
        return text
    }

    var errorType: String? {
        guard case .string(let type)? = self["error", "type"] else { return nil }
        return type
    }

    /// The fields that an error's details name, in order.
    var errorFields: [String] {
        guard case .array(let details)? = self["error", "details"] else { return [] }
        return details.compactMap { detail in
            guard case .object(let members) = detail, case .string(let field)? = members["field"] else { return nil }
            return field
        }
    }
}

/// Remembers answers in memory, under the contract that the store's keeps.
final class TestIdempotency: Sendable {
    private struct Kept {
        var fingerprint: [UInt8]
        var answer: Idempotency.StoredAnswer?
    }

    private let kept = Mutex<[String: Kept]>([:])

    var hook: Idempotency {
        Idempotency(
            reserve: { claim in
                self.kept.withLock { kept in
                    let name = "\(claim.user) \(claim.key)"
                    guard let known = kept[name] else {
                        kept[name] = Kept(fingerprint: claim.fingerprint)
                        return .mine
                    }
                    guard known.fingerprint == claim.fingerprint else { return .otherRequest }
                    return known.answer.map(Idempotency.Reservation.answered) ?? .underWay
                }
            },
            keep: { claim, answer in
                self.kept.withLock { $0["\(claim.user) \(claim.key)"]?.answer = answer }
            },
            release: { claim in
                self.kept.withLock { $0["\(claim.user) \(claim.key)"] = nil }
            }
        )
    }
}
