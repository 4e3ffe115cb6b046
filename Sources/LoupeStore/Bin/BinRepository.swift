package import Foundation
package import LoupeCore

/// Deleted objects, which can be put back for 30 days and then go for good.
package struct BinRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// What lies in the bin, the last deleted first.
    package func list(
        _ request: ListRequest,
        kind: ObjectKind? = nil,
        in organization: Organization.ID
    ) async throws -> Page<BinItem> {
        let kinds = BinnedKind.all.map(\.kind).filter { kind == nil || kind == $0 }
        guard !kinds.isEmpty else { throw LoupeError(.badRequest, "type: nothing of that kind is in the bin") }
        var parts: SQL = ""
        for (index, kind) in kinds.enumerated() {
            parts += """
                \(index == 0 ? "" : " UNION ALL " as SQL)SELECT \(kind.literal) AS kind, org_id, id, name, name_key,
                deleted_at, deleted_by FROM \(kind.table) WHERE org_id = \(organization) AND deleted_at IS NOT NULL
                """
        }
        var filter: SQL = "o.org_id = \(organization)"
        if let search = request.search?.folded {
            filter += #" AND o.name_key LIKE \#(TextSearch.pattern(containing: search)) ESCAPE '\'"#
        }
        let query = ListQuery(
            columns: "o.kind, o.id, o.name, o.deleted_by, remover.name, o.deleted_at",
            from: """
                (\(parts)) AS o
                LEFT JOIN users AS remover ON remover.org_id = o.org_id AND remover.id = o.deleted_by
                """,
            filter: filter,
            id: "o.id",
            sorts: [ListSort("deleted_at", "o.deleted_at", .time), ListSort("name", "o.name_key", .text)]
        )
        return try await database.read { try query.page(request, in: $0, as: BinItem.init(row:)) }
    }

    /// Puts an object back, with what was deleted together with it; its name. Throws `notFound`, and `conflict` while
    /// what it stands on is not there.
    package static func restore(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> BinItem {
        let item = try find(kind, id, in: organization, transaction)
        guard let entry = BinnedKind.find(kind) else { throw LoupeError.notFound(kind.rawValue) }
        try Bin.restore(entry, id, Bin.Move(organization: organization, user: nil, now: now), transaction)
        return item
    }

    package func find(_ kind: ObjectKind, _ id: UUID, in organization: Organization.ID) async throws -> BinItem {
        try await database.read { try Self.find(kind, id, in: organization, $0) }
    }

    static func find(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> BinItem {
        guard BinnedKind.find(kind) != nil else { throw LoupeError.notFound(kind.rawValue) }
        let item = try transaction.first(
            """
            SELECT \(kind.literal), o.id, o.name, o.deleted_by, remover.name, o.deleted_at FROM \(kind.table) AS o
            LEFT JOIN users AS remover ON remover.org_id = o.org_id AND remover.id = o.deleted_by
            WHERE o.org_id = \(organization) AND o.id = \(SQLValue.uuid(id)) AND o.deleted_at IS NOT NULL
            """,
            as: BinItem.init(row:)
        )
        guard let item else { throw LoupeError.notFound(kind.rawValue) }
        return item
    }
}

extension BinItem {
    init(row: inout RowReader) throws {
        self.init(
            kind: try row.enum(),
            id: try row.uuid(),
            name: try row.text(),
            deletedBy: try row.optionalID(),
            deletedByName: try row.optionalText(),
            deletedAt: try row.timestamp()
        )
    }
}
