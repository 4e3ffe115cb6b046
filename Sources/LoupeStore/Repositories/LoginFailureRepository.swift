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

        /// Until when a sign-in has to wait; nil where it need not.
        package var lockedUntil: Timestamp? {
            let here = Lockout.wait(fromAddress: fromAddress).flatMap { wait in lastFromAddress.map { $0 + wait } }
            let anywhere = Lockout.wait(ofAccount: ofAccount).flatMap { wait in lastOfAccount.map { $0 + wait } }
            guard let here, let anywhere else { return here ?? anywhere }
            return max(here, anywhere)
        }
    }

    /// Adds a failure to its series; one that is forgotten starts over.
    package static func record(_ failure: Failure, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO login_failures AS f (email_key, address, failures, first_at, last_at)
            VALUES (\(key(failure.email)), \(failure.address), 1, \(failure.at), \(failure.at))
            ON CONFLICT (email_key, address) DO UPDATE SET
            failures = CASE WHEN \(isRemembered(at: failure.at)) THEN f.failures + 1 ELSE 1 END,
            first_at = CASE WHEN \(isRemembered(at: failure.at)) THEN f.first_at ELSE excluded.first_at END,
            last_at = excluded.last_at
            """
        )
    }

    package func record(_ failure: Failure) async throws {
        try await database.write { try Self.record(failure, in: $0) }
    }

    /// The failures that count at a time.
    package func count(email: String, address: String, at now: Timestamp) async throws -> Count {
        let rows = try await database.read { transaction in
            try transaction.all(
                """
                SELECT f.address, f.failures, f.last_at FROM login_failures AS f
                WHERE f.email_key = \(Self.key(email)) AND \(Self.isRemembered(at: now))
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

    /// After a right password, from that address only: others go on guessing where they were. Without an address, all.
    package static func clear(email: String, address: String?, in transaction: any Transaction) throws {
        var which: SQL = "email_key = \(key(email))"
        if let address { which += " AND address = \(address)" }
        try transaction.execute("DELETE FROM login_failures WHERE \(which)")
    }

    package func clear(email: String, address: String?) async throws {
        try await database.write { try Self.clear(email: email, address: address, in: $0) }
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

    /// Folding may make an address longer than the column is wide.
    private static func key(_ email: String) -> String {
        String(String.UnicodeScalarView(email.folded.unicodeScalars.prefix(255)))
    }

    private static func isRemembered(at now: Timestamp) -> SQL {
        """
        (f.last_at >= \(now - Lockout.memory)
        OR (f.failures >= \(Lockout.failuresFromAddress) AND f.last_at >= \(now - Lockout.longMemory)))
        """
    }
}
