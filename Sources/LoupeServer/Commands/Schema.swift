import LoupeCore
import LoupeStore

/// `loupe migrate up|down|status`.
package struct Schema: Sendable {
    private let installation: Installation

    package init(_ installation: Installation) {
        self.installation = installation
    }

    /// A line a migration, applied or pending.
    package func status() async throws -> [String] {
        let status = try await migrating { try await $0.status() }
        return status.applied.map { "\($0.number.padded) \($0.name)  applied \($0.appliedAt)" }
            + status.pending.map { "\($0.number.padded) \($0.name)  pending" }
    }

    package func up() async throws -> [String] {
        try await migrating { try await $0.up() }.map { "\($0.number.padded) \($0.name)  applied" }
    }

    package func down(to number: Int) async throws -> [String] {
        try await migrating { try await $0.down(to: number) }.map {
            "\($0.number.padded) \($0.name)  taken back"
        }
    }

    private func migrating<Value: Sendable>(_ body: (Migrator) async throws -> Value) async throws -> Value {
        do {
            return try await installation.store.migrating(now: installation.surroundings.now, body)
        } catch let error as LoupeError {
            throw ExitError(.unavailable, "The store cannot be reached: \(error.message).")
        } catch let error as MigrationError {
            throw ExitError(.software, "\(error)")
        }
    }
}

extension Int {
    fileprivate var padded: String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}
