import LoupeCore
import LoupeStore

/// `loupe migrate up|down|status`.
package struct Schema: Sendable {
    private let migrator: Migrator

    package init(_ installation: Installation) {
        migrator = Migrator(installation.store.database, now: installation.surroundings.now)
    }

    /// A line a migration, applied or pending.
    package func status() async throws -> [String] {
        let status = try await translating { try await migrator.status() }
        return status.applied.map { "\($0.number.padded) \($0.name)  applied \($0.appliedAt)" }
            + status.pending.map { "\($0.number.padded) \($0.name)  pending" }
    }

    package func up() async throws -> [String] {
        try await translating { try await migrator.up() }.map { "\($0.number.padded) \($0.name)  applied" }
    }

    package func down(to number: Int) async throws -> [String] {
        try await translating { try await migrator.down(to: number) }.map {
            "\($0.number.padded) \($0.name)  taken back"
        }
    }

    private func translating<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
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
