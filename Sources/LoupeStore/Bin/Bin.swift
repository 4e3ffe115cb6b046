import Foundation
import LoupeCore

/// Moving objects to the bin and back, inside the transaction of whoever does it.
enum Bin {
    /// Who moves what, where and when.
    struct Move {
        let organization: Organization.ID
        let user: User.ID?
        let now: Timestamp
    }

    /// Ids that one statement names.
    private static let batch = 500

    /// Moves one object to the bin, and all that cannot be without it. Throws `notFound`, `preconditionFailed` where
    /// `version` is given and is not the stored one, and `conflict` where it takes others along without `cascade`.
    static func put(
        _ kind: ObjectKind,
        _ id: UUID,
        version: Int?,
        cascade: Bool = true,
        _ move: Move,
        _ transaction: any Transaction
    ) throws {
        let stored: Int? = try transaction.first(
            """
            SELECT version FROM \(kind.table) WHERE org_id = \(move.organization) AND id = \(SQLValue.uuid(id))
            AND deleted_at IS NULL\(transaction.dialect.forUpdate)
            """
        ) { try $0.int() }
        guard let stored else { throw LoupeError.notFound(kind.rawValue) }
        if let version, version != stored { throw LoupeError.stale(kind.rawValue) }
        if !cascade, try hasChildren(kind, id, move, transaction) {
            throw LoupeError(.conflict, "something came to use this \(kind.rawValue) just now")
        }
        try put(kind, [id], move, transaction)
    }

    private static func hasChildren(
        _ kind: ObjectKind,
        _ id: UUID,
        _ move: Move,
        _ transaction: any Transaction
    ) throws -> Bool {
        try BinnedKind.children(of: kind).contains { entry, column in
            try transaction.count(
                """
                SELECT count(*) FROM \(entry.kind.table) WHERE org_id = \(move.organization)
                AND \(trusted: column) = \(SQLValue.uuid(id)) AND deleted_at IS NULL
                """
            ) > 0
        }
    }

    /// Moves what stands on an object to the bin, not the object itself.
    static func putChildren(
        of kind: ObjectKind,
        _ ids: [UUID],
        _ move: Move,
        _ transaction: any Transaction
    ) throws {
        for (entry, column) in BinnedKind.children(of: kind) {
            for chunk in ids.chunks(of: batch) {
                let children = try transaction.all(
                    """
                    SELECT id FROM \(entry.kind.table) WHERE org_id = \(move.organization)
                    AND \(trusted: column) IN (\(list: chunk.map(SQLValue.uuid))) AND deleted_at IS NULL
                    """
                ) { try $0.uuid() }
                try put(entry.kind, children, move, transaction)
            }
        }
    }

    private static func put(
        _ kind: ObjectKind,
        _ ids: [UUID],
        _ move: Move,
        _ transaction: any Transaction
    ) throws {
        for chunk in ids.chunks(of: batch) {
            let list: SQL = "(\(list: chunk.map(SQLValue.uuid)))"
            try transaction.execute(
                """
                UPDATE \(kind.table) SET deleted_at = \(move.now), deleted_by = \(move.user), version = version + 1
                WHERE org_id = \(move.organization) AND id IN \(list) AND deleted_at IS NULL
                """
            )
            try transaction.execute(
                """
                DELETE FROM search_documents
                WHERE org_id = \(move.organization) AND kind = \(kind) AND object_id IN \(list)
                """
            )
            try BinnedKind.find(kind)?.moved(chunk, move.organization, transaction)
        }
        try putChildren(of: kind, ids, move, transaction)
    }

    /// Puts an object back, with what went to the bin together with it. Throws `notFound` where it is not in the bin,
    /// `conflict` while what it stands on is not there.
    static func restore(
        _ entry: BinnedKind,
        _ id: UUID,
        _ move: Move,
        _ transaction: any Transaction
    ) throws {
        let parent: SQL = entry.parent.map { "\(trusted: $0.column)" } ?? "id"
        let row = try transaction.first(
            """
            SELECT deleted_at, \(parent) FROM \(entry.kind.table) WHERE org_id = \(move.organization)
            AND id = \(SQLValue.uuid(id)) AND deleted_at IS NOT NULL\(transaction.dialect.forUpdate)
            """
        ) { row in (deletedAt: try row.timestamp(), parent: try row.uuid()) }
        guard let row else { throw LoupeError.notFound(entry.kind.rawValue) }
        if let parent = entry.parent {
            guard try ObjectRows.isHere(parent.kind, row.parent, in: move.organization, transaction) else {
                let word = parent.kind.rawValue
                throw LoupeError(.conflict, "the \(word) that this \(entry.kind.rawValue) stands on was deleted")
            }
        }
        try restore(entry, [id], deletedAt: row.deletedAt, move, transaction)
    }

    private static func restore(
        _ entry: BinnedKind,
        _ ids: [UUID],
        deletedAt: Timestamp,
        _ move: Move,
        _ transaction: any Transaction
    ) throws {
        for chunk in ids.chunks(of: batch) {
            let list: SQL = "(\(list: chunk.map(SQLValue.uuid)))"
            try transaction.execute(
                """
                UPDATE \(entry.kind.table) SET deleted_at = NULL, deleted_by = NULL, version = version + 1
                WHERE org_id = \(move.organization) AND id IN \(list) AND deleted_at IS NOT NULL
                """
            )
            for id in chunk { try entry.restored(id, move.organization, move.now, transaction) }
            try entry.moved(chunk, move.organization, transaction)
            for (child, column) in BinnedKind.children(of: entry.kind) {
                let children = try transaction.all(
                    """
                    SELECT id FROM \(child.kind.table) WHERE org_id = \(move.organization)
                    AND \(trusted: column) IN \(list) AND deleted_at = \(deletedAt)
                    """
                ) { try $0.uuid() }
                try restore(child, children, deletedAt: deletedAt, move, transaction)
            }
        }
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
