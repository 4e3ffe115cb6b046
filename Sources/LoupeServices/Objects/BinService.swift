package import Foundation
package import LoupeCore
package import LoupeStore

/// The bin, for editors: what was deleted in the last 30 days.
package struct BinService: Sendable {
    private let database: any Database
    private let bin: BinRepository
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        bin = BinRepository(database)
    }

    package func list(_ request: ListRequest, kind: ObjectKind?, by caller: Caller) async throws -> Page<BinItem> {
        try await bin.list(request, kind: kind, in: caller.organization)
    }

    /// Puts an object back, with what was deleted together with it. Throws `conflict` while what it stands on is not
    /// there.
    package func restore(_ kind: ObjectKind, _ id: UUID, by caller: Caller) async throws -> BinItem {
        let item = try await bin.find(kind, id, in: caller.organization)
        let entry = AuditEntry(.restore(kind), subject(item), by: caller, in: surroundings)
        let now = surroundings.now()
        return try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return try BinRepository.restore(kind, id, in: caller.organization, at: now, transaction)
        }
    }

    /// Removes an object in the bin for good.
    package func purge(_ kind: ObjectKind, _ id: UUID, by caller: Caller) async throws {
        let item = try await bin.find(kind, id, in: caller.organization)
        let entry = AuditEntry(.purge(kind), subject(item), by: caller, in: surroundings)
        try await bin.purge(kind, id, in: caller.organization) { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
    }

    private func subject(_ item: BinItem) -> AuditEntry.Subject {
        AuditEntry.Subject(type: item.kind.rawValue, id: item.id, name: item.name)
    }
}
