import HTTPTypes
import HummingbirdCore
import LoupeCore
import LoupeSecurity
package import LoupeTelemetry
import NIOCore

/// `/metrics`: figures for Prometheus, for this machine or for who has the token.
package struct MetricsRoutes: Sendable {
    let token: Secret<String>?
    let rules: APIRules
    let collect: @Sendable () async -> MetricsText

    package init(token: Secret<String>?, rules: APIRules, collect: @escaping @Sendable () async -> MetricsText) {
        self.token = token
        self.rules = rules
        self.collect = collect
    }

    package func add(to api: Endpoints) {
        var options = EndpointOptions()
        options.answersAnyHost = true
        options.isHidden = true
        options.content = .stream([MetricsText.contentType])
        options.fails = [.unauthorized]
        api.get(permission: .everyone, summary: "Figures for Prometheus", options: options, handler: show)
    }

    func show(_ request: IncomingRequest) async throws -> Answer {
        try check(request)
        let bytes = await collect().bytes
        let stream = Answer.Stream(contentType: MetricsText.contentType, length: bytes.count) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
        }
        return Answer(.stream(stream), caching: .never)
    }

    private func check(_ request: IncomingRequest) throws(LoupeError) {
        if let header = request.headers.first(.authorization) {
            guard let token, ConstantTime.areEqual(Array(header.utf8), Array("Bearer \(token.reveal())".utf8)) else {
                throw LoupeError(.unauthorized, "that is not the token of the metrics")
            }
            return
        }
        guard request.isFromThisMachine else {
            throw LoupeError(.unauthorized, "metrics need METRICS_TOKEN as a Bearer token")
        }
        // A page of somebody else's must not read them through a browser on this machine.
        try rules.check(authority: request.authority)
    }
}
