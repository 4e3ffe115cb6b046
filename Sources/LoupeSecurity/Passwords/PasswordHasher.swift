import LoupeCore

/// Makes and checks password hashes with Argon2id, two at a time on threads of its own.
///
/// A hash costs about 20 ms of a core and 19 MiB on purpose, so more at once would only take memory; and when 64 wait
/// already, a caller is told to come back rather than to queue behind a second of work.
package final class PasswordHasher: Sendable {
    /// What one hash costs. The standard is OWASP's: 19 MiB, two passes, one lane.
    package struct Cost: Hashable, Sendable {
        package var memoryKiB: UInt32
        package var iterations: UInt32
        package var lanes: UInt32

        package init(memoryKiB: UInt32, iterations: UInt32, lanes: UInt32) {
            self.memoryKiB = memoryKiB
            self.iterations = iterations
            self.lanes = lanes
        }

        package static let standard = Cost(memoryKiB: 19_456, iterations: 2, lanes: 1)
    }

    private let argon2: Argon2
    private let workers: BoundedWorkers

    package init(cost: Cost = .standard, concurrency: Int = 2, maximumWaiting: Int = 64) {
        argon2 = Argon2(cost: cost)
        workers = BoundedWorkers(label: "loupe.passwords", concurrency: concurrency, maximumWaiting: maximumWaiting)
    }

    /// The encoded hash of a new password, with a random salt. Throws `unavailable` when too many wait.
    package func hash(_ password: String) async throws -> String {
        try await workers.run { [argon2] in try argon2.hash(password, salt: Self.randomSalt()) }
    }

    /// Whether `password` made `encoded`. Without a hash, for an address that nobody has, it costs the same and is false:
    /// the time of an answer does not tell who has an account.
    package func verify(_ password: String, against encoded: String?) async throws -> Bool {
        try await workers.run { [argon2] in
            guard let encoded else {
                _ = try argon2.hash(password, salt: Self.randomSalt())
                return false
            }
            return try argon2.verify(password, against: encoded)
        }
    }

    /// Whether a hash was made at another cost than today's, so that it should be made anew at the next sign-in.
    package func isOutdated(_ encoded: String) -> Bool {
        let cost = argon2.cost
        return !encoded.hasPrefix("$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.iterations),p=\(cost.lanes)$")
    }

    private static func randomSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in generator.next() }
    }
}
