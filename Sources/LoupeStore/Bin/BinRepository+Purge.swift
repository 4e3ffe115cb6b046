package import Foundation
package import LoupeCore

extension BinRepository {
    /// Removes an object in the bin for good, with its revisions, tags and marks, and what in the bin stands on it. Its
    /// runs stay, under its name. `also` writes in the last transaction. Throws `notFound` where it is not in the bin.
    package func purge(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        also: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
    ) async throws {
        guard let entry = BinnedKind.find(kind) else { throw LoupeError.notFound(kind.rawValue) }
        _ = try await find(kind, id, in: organization)
        for (child, column) in BinnedKind.children(of: kind) {
            for childID in try await children(child.kind, column, of: id, in: organization) {
                try await purge(child.kind, childID, in: organization)
            }
        }
        // A query may have a million runs, and a writer must not wait for them all.
        if let runs = entry.runs { while try await forgetRuns(runs, of: id, in: organization) == 500 {} }
        try await database.write { transaction in
            let locked: Bool? = try transaction.first(
                """
                SELECT true FROM \(kind.table) WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))
                AND deleted_at IS NOT NULL\(transaction.dialect.forUpdate)
                """
            ) { try $0.boolean() }
            guard locked == true else { throw LoupeError.notFound(kind.rawValue) }
            try also(transaction)
            // Everything else refers to this row and goes with it.
            try transaction.execute("DELETE FROM objects WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))")
        }
    }

    private func children(
        _ kind: ObjectKind,
        _ column: StaticString,
        of id: UUID,
        in organization: Organization.ID
    ) async throws -> [UUID] {
        try await database.read { transaction in
            try transaction.all(
                """
                SELECT id FROM \(kind.table) WHERE org_id = \(organization)
                AND \(trusted: column) = \(SQLValue.uuid(id)) AND deleted_at IS NOT NULL
                """
            ) { try $0.uuid() }
        }
    }

    private func forgetRuns(
        _ reference: BinnedKind.RunReference,
        of id: UUID,
        in organization: Organization.ID
    ) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE runs SET \(trusted: reference.clearing) WHERE org_id = \(organization) AND id IN
                    (SELECT id FROM runs WHERE org_id = \(organization)
                    AND \(trusted: reference.column) = \(SQLValue.uuid(id)) LIMIT 500)
                """
            )
        }
    }

    /// Removes for good what was deleted before that time, at most so many of a kind; how many went. What cannot go, as
    /// something came to refer to it, is left for the next sweep.
    package func sweep(before time: Timestamp, limit: Int = 100) async throws -> Int {
        var count = 0
        for kind in BinnedKind.all.map(\.kind) {
            let expired: [(organization: Organization.ID, id: UUID)] = try await database.read { transaction in
                try transaction.all(
                    """
                    SELECT org_id, id FROM \(kind.table) WHERE deleted_at IS NOT NULL AND deleted_at < \(time)
                    ORDER BY deleted_at LIMIT \(limit)
                    """
                ) { row in (try row.id(), try row.uuid()) }
            }
            for (organization, id) in expired {
                do {
                    try await purge(kind, id, in: organization)
                    count += 1
                } catch let error as LoupeError where error.code == .conflict || error.code == .notFound {
                    continue
                }
            }
        }
        return count
    }
}
