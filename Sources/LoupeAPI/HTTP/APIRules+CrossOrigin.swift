import HTTPTypes

/// Pages of other origins, where an installation allows them. Credentials travel in the Authorization header, so no
/// cookie is ever asked for.
extension APIRules {
    /// The answer to a browser that asks first; nil for any other OPTIONS.
    func preflight(_ headers: HTTPFields) -> Answer? {
        guard let origin = headers.first(.origin), allowedOrigins.contains(origin),
            headers.contains(.accessControlRequestMethod)
        else { return nil }
        return Answer(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE",
                .accessControlAllowHeaders:
                    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, X-Request-Id",
                .accessControlMaxAge: "600",
            ]
        )
    }

    /// What scripts of allowed pages may read beside what every page may.
    private static let exposedHeaders =
        "Allow, Content-Disposition, ETag, Idempotency-Replayed, Location, RateLimit-Limit, RateLimit-Remaining, "
        + "RateLimit-Reset, Retry-After, X-Request-Id"

    func addCrossOrigin(to answer: inout Answer, for headers: HTTPFields) {
        guard let origin = headers.first(.origin), allowedOrigins.contains(origin) else { return }
        answer.headers[.accessControlAllowOrigin] = origin
        answer.headers[.accessControlExposeHeaders] = APIRules.exposedHeaders
    }
}
