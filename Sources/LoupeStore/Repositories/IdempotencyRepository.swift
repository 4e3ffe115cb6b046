package import LoupeCore

/// First answers to requests that carry an `Idempotency-Key`, kept for 24 hours.
package struct IdempotencyRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Whose key, and which.
    package struct Key: Hashable, Sendable {
        package let organization: Organization.ID
        package let user: User.ID
        /// 1…255 characters.
        package let text: String

        package init(organization: Organization.ID, user: User.ID, text: String) {
            self.organization = organization
            self.user = user
            self.text = text
        }
    }

    package struct Answer: Hashable, Sendable {
        package let status: Int
        /// An object of strings.
        package let headers: JSONValue
        package let body: [UInt8]

        package init(status: Int, headers: JSONValue, body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package enum Claim: Hashable, Sendable {
        /// The key is new: do the work, then `complete` or `abandon`.
        case new
        /// The same request was answered so.
        case answered(Answer)
        /// The same request is being worked on.
        case underWay
        /// The key belongs to another request.
        case mismatch
    }

    /// How long a request may work on its answer. Longer than any waits; after it its process is taken for dead.
    private static let patience = Duration.seconds(60)

    /// Takes a key for a request, told by the SHA-256 of its method, path and body. A key that has expired, or that
    /// nobody answered within a minute, is new again.
    package func claim(_ key: Key, requestHash: [UInt8], expiresAt: Timestamp, at now: Timestamp) async throws -> Claim
    {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM idempotency_keys WHERE \(Self.row(key))
                AND (expires_at <= \(now) OR (status IS NULL AND created_at <= \(now - Self.patience)))
                """
            )
            let isNew = try transaction.execute(
                """
                INSERT INTO idempotency_keys (org_id, user_id, idempotency_key, request_hash, created_at, expires_at)
                VALUES (\(key.organization), \(key.user), \(key.text), \(requestHash), \(now), \(expiresAt))
                ON CONFLICT (org_id, user_id, idempotency_key) DO NOTHING
                """
            )
            if isNew == 1 { return .new }
            let claim = try transaction.first(
                "SELECT request_hash, status, headers, body FROM idempotency_keys WHERE \(Self.row(key))"
            ) { row in
                let isSame = try row.bytes() == requestHash
                guard let status = try row.optionalInt() else { return isSame ? Claim.underWay : .mismatch }
                let answer = Answer(status: status, headers: try row.optionalJSON() ?? [:], body: try row.bytes())
                return isSame ? .answered(answer) : .mismatch
            }
            return claim ?? .underWay
        }
    }

    /// Keeps the answer of a claimed key.
    package func complete(_ key: Key, with answer: Answer) async throws {
        try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE idempotency_keys SET status = \(answer.status), headers = \(answer.headers), body = \(answer.body)
                WHERE \(Self.row(key)) AND status IS NULL
                """
            )
        }
    }

    /// Frees a claimed key whose request failed without an answer worth repeating.
    package func abandon(_ key: Key) async throws {
        try await database.write { transaction in
            try transaction.execute("DELETE FROM idempotency_keys WHERE \(Self.row(key)) AND status IS NULL")
        }
    }

    /// Removes at most `limit` expired keys; how many went.
    package func sweep(at now: Timestamp, limit: Int = 500) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM idempotency_keys WHERE (org_id, user_id, idempotency_key) IN
                (SELECT org_id, user_id, idempotency_key FROM idempotency_keys
                WHERE expires_at <= \(now) ORDER BY expires_at LIMIT \(limit))
                """
            )
        }
    }

    private static func row(_ key: Key) -> SQL {
        "org_id = \(key.organization) AND user_id = \(key.user) AND idempotency_key = \(key.text)"
    }
}
