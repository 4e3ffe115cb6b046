import HTTPTypes
package import LoupeTelemetry
import Synchronization

/// Counts what a process answers: by the route's template and the status's class, never by an id.
package final class RequestMetrics: Sendable {
    struct Route {
        let method: String
        let path: String
        /// By `status / 100`.
        var answers: [Int] = Array(repeating: 0, count: 6)
        var durations = Histogram()
    }

    private struct State {
        var routes: [ObjectIdentifier: Route] = [:]
        /// What no route answered.
        var unmatched = Route(method: "-", path: "-")
        var refusals: [RateRule: Int] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    func answered(_ endpoint: Endpoint?, status: Int, duration: Duration) {
        state.withLock { state in
            guard let endpoint else { return state.unmatched.count(status, duration) }
            state.routes[ObjectIdentifier(endpoint), default: Route(endpoint)].count(status, duration)
        }
    }

    func refused(by rule: RateRule) {
        state.withLock { $0.refusals[rule, default: 0] += 1 }
    }

    package func write(to metrics: inout MetricsText) {
        let (routes, refusals) = state.withLock { state in
            let known = state.routes.values.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
            return (known + [state.unmatched], state.refusals)
        }
        metrics.counter("loupe_http_requests_total", "Requests answered, by route and class of status.")
        for route in routes {
            for (hundreds, count) in route.answers.enumerated() where count > 0 {
                metrics.sample(count, [("method", route.method), ("route", route.path), ("status", "\(hundreds)xx")])
            }
        }
        metrics.histogram("loupe_http_request_duration_seconds", "Time from a request's head to the end of its answer.")
        for route in routes where route.durations.count > 0 {
            metrics.sample(route.durations, [("method", route.method), ("route", route.path)])
        }
        metrics.counter("loupe_rate_limit_violations_total", "Requests refused by a rate limit.")
        for rule in RateRule.allCases { metrics.sample(refusals[rule, default: 0], [("rule", rule.rawValue)]) }
    }
}

extension RequestMetrics.Route {
    init(_ endpoint: Endpoint) {
        self.init(method: endpoint.methods[0].rawValue, path: endpoint.path)
    }

    mutating func count(_ status: Int, _ duration: Duration) {
        let hundreds = status / 100
        answers[answers.indices.contains(hundreds) ? hundreds : 0] += 1
        durations.record(duration)
    }
}
