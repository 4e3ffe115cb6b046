import HTTPTypes

/// A header's name that is known to be well-formed.
private func name(_ text: StaticString) -> HTTPField.Name {
    guard let name = HTTPField.Name(text.description) else { preconditionFailure("not a header name: \(text)") }
    return name
}

extension HTTPField.Name {
    static let requestID = name("X-Request-Id")
    static let traceParent = name("traceparent")
    static let traceResponse = name("traceresponse")
    static let idempotencyKey = name("Idempotency-Key")
    static let idempotencyReplayed = name("Idempotency-Replayed")
    static let forwardedFor = name("X-Forwarded-For")
    static let lastEventID = name("Last-Event-ID")
    static let accelBuffering = name("X-Accel-Buffering")
    static let fetchSite = name("Sec-Fetch-Site")
    static let rateLimitLimit = name("RateLimit-Limit")
    static let rateLimitRemaining = name("RateLimit-Remaining")
    static let rateLimitReset = name("RateLimit-Reset")
    static let frameOptions = name("X-Frame-Options")
    static let xssProtection = name("X-XSS-Protection")
    static let permissionsPolicy = name("Permissions-Policy")
    static let crossOriginOpenerPolicy = name("Cross-Origin-Opener-Policy")
    static let referrerPolicy = name("Referrer-Policy")
}
