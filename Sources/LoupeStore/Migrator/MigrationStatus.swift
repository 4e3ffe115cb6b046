package import LoupeCore

/// What of the schema stands in a store, and what is to come.
package struct MigrationStatus: Hashable, Sendable {
    package struct Applied: Hashable, Sendable {
        package let number: Int
        package let name: String
        package let checksum: String
        package let appliedAt: Timestamp

        package init(number: Int, name: String, checksum: String, appliedAt: Timestamp) {
            self.number = number
            self.name = name
            self.checksum = checksum
            self.appliedAt = appliedAt
        }
    }

    package let applied: [Applied]
    package let pending: [Migration]

    package var isCurrent: Bool { pending.isEmpty }

    /// Compares what was applied with what this version knows. Throws `MigrationError`.
    init(applied: [Applied], known: [Migration]) throws {
        for row in applied {
            guard let migration = known.first(where: { $0.number == row.number }) else {
                throw MigrationError.newer(number: row.number, name: row.name)
            }
            guard migration.checksum == row.checksum else {
                throw MigrationError.changed(number: row.number, name: row.name)
            }
        }
        let numbers = Set(applied.map(\.number))
        let pending = known.filter { !numbers.contains($0.number) }
        if let first = pending.first, let last = applied.last, first.number < last.number {
            throw MigrationError.gap(number: first.number, name: first.name)
        }
        self.applied = applied
        self.pending = pending
    }
}
