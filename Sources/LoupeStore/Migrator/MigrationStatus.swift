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
    /// Applied by the next version, and unknown to this one.
    package let next: Applied?

    package var isCurrent: Bool { pending.isEmpty }

    /// Compares what was applied with what this version knows. With `toleratingNext` one migration beyond is borne: a
    /// version works on its own schema and on the next, so that several machines can be updated one by one. Throws
    /// `MigrationError`.
    init(applied: [Applied], known: [Migration], toleratingNext: Bool = false) throws {
        var next: Applied?
        for row in applied {
            guard let migration = known.first(where: { $0.number == row.number }) else {
                guard toleratingNext, next == nil, known.allSatisfy({ $0.number < row.number }) else {
                    throw MigrationError.newer(number: row.number, name: row.name)
                }
                next = row
                continue
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
        self.next = next
    }
}
