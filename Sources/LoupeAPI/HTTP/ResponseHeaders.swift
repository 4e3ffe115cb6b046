import HTTPTypes
import LoupeCore
import LoupeSecurity

/// The headers that every answer carries, made once and copied.
struct ResponseHeaders: Sendable {
    private let base: HTTPFields

    init(_ rules: APIRules) {
        var base: HTTPFields = [
            .contentType: "application/json; charset=utf-8",
            .vary: rules.allowedOrigins.isEmpty ? "Authorization" : "Authorization, Origin",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            .referrerPolicy: "no-referrer",
            .crossOriginResourcePolicy: "same-origin",
        ]
        if rules.isSecure { base.append(HTTPField(name: .strictTransportSecurity, value: "max-age=31536000")) }
        self.base = base
    }

    func fields(_ answer: Answer, id: String, decision: RateLimit.Decision?) -> HTTPFields {
        var fields = base
        fields.reserveCapacity(16)
        switch answer.payload {
        case .json: break
        case .none: fields.removeFirst()
        case .stream(let stream): fields[0] = HTTPField(name: .contentType, value: stream.contentType)
        }
        if let policy = answer.policy { fields[.contentSecurityPolicy] = policy }
        fields.append(HTTPField(name: .requestID, value: id))
        fields.append(HTTPField(name: .cacheControl, value: answer.caching.header))
        if let tag = answer.entityTag { fields.append(HTTPField(name: .eTag, value: tag)) }
        if let location = answer.location { fields.append(HTTPField(name: .location, value: location)) }
        if let decision { append(decision, to: &fields) }
        for field in answer.headers { fields.append(field) }
        return fields
    }

    private func append(_ decision: RateLimit.Decision, to fields: inout HTTPFields) {
        fields.append(HTTPField(name: .rateLimitLimit, value: String(decision.limit)))
        fields.append(HTTPField(name: .rateLimitRemaining, value: String(decision.remaining)))
        fields.append(HTTPField(name: .rateLimitReset, value: String(decision.reset.components.seconds)))
    }
}

extension Answer.Caching {
    fileprivate var header: String {
        switch self {
        case .revalidate: "private, no-cache"
        case .never: "private, no-store"
        case .immutable: "private, max-age=31536000, immutable"
        }
    }
}
