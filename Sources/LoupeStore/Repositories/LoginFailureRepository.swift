package import LoupeCore

/// Wrong passwords, counted for an account and an address; for unknown accounts too, so that they look the same.
package struct LoginFailureRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package struct Failure: Hashable, Sendable {
        package let email: String
        package let address: String
        package let at: Timestamp

        package init(email: String, address: String, at: Timestamp) {
            self.email = email
            self.address = address
            self.at = at
        }
    }

    package struct Count: Hashable, Sendable {
        /// Of this account from this address.
        package let fromAddress: Int
        /// Of this account from anywhere.
        package let ofAccount: Int
        /// The last from this address.
        package let lastFromAddress: Timestamp?
        /// The last from anywhere.
        package let lastOfAccount: Timestamp?

        package init(fromAddress: Int, ofAccount: Int, lastFromAddress: Timestamp?, lastOfAccount: Timestamp?) {
            self.fromAddress = fromAddress
            self.ofAccount = ofAccount
            self.lastFromAddress = lastFromAddress
            self.lastOfAccount = lastOfAccount
        }
    }

    /// Adds failures, a second's worth at once. A count whose last failure is older than `forgottenBefore` starts over.
    package func record(_ failures: [Failure], forgottenBefore: Timestamp) async throws {
        try await database.write { transaction in
            for failure in failures {
                try transaction.execute(
                    """
                    INSERT INTO login_failures AS f (email_key, address, failures, first_at, last_at)
                    VALUES (\(failure.email.folded), \(failure.address), 1, \(failure.at), \(failure.at))
                    ON CONFLICT (email_key, address) DO UPDATE SET
                    failures = CASE WHEN f.last_at < \(forgottenBefore) THEN 1 ELSE f.failures + 1 END,
                    first_at = CASE WHEN f.last_at < \(forgottenBefore) THEN excluded.first_at ELSE f.first_at END,
                    last_at = excluded.last_at
                    """
                )
            }
        }
    }

    /// The failures since `start`.
    package func count(email: String, address: String, since start: Timestamp) async throws -> Count {
        let rows = try await database.read { transaction in
            try transaction.all(
                """
                SELECT address, failures, last_at FROM login_failures
                WHERE email_key = \(email.folded) AND last_at >= \(start)
                """
            ) { row in (address: try row.text(), failures: try row.int(), last: try row.timestamp()) }
        }
        let here = rows.first { $0.address == address }
        return Count(
            fromAddress: here?.failures ?? 0,
            ofAccount: rows.reduce(0) { $0 + $1.failures },
            lastFromAddress: here?.last,
            lastOfAccount: rows.map(\.last).max()
        )
    }

    /// After a right password, from that address only: others go on guessing where they were.
    package func clear(email: String, address: String) async throws {
        try await database.write { transaction in
            try transaction.execute(
                "DELETE FROM login_failures WHERE email_key = \(email.folded) AND address = \(address)"
            )
        }
    }

    /// Removes at most `limit` counts whose last failure is older; how many went.
    package func sweep(before time: Timestamp, limit: Int = 500) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM login_failures WHERE (email_key, address) IN
                (SELECT email_key, address FROM login_failures WHERE last_at < \(time) ORDER BY last_at LIMIT \(limit))
                """
            )
        }
    }
}
