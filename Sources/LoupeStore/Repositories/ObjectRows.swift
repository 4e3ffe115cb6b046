import Foundation
import LoupeCore

/// What every kind of object has beside its own row: its place in `objects`, its tags and its text to search.
enum ObjectRows {
    static func insert(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO objects (org_id, id, kind) VALUES (\(organization), \(SQLValue.uuid(id)), \(kind))"
        )
    }

    /// Whether the object is there and not in the bin. It cannot be deleted before the transaction ends.
    static func isHere(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Bool {
        let lock: SQL = transaction.dialect == .postgres ? " FOR SHARE" : ""
        let found: Bool? = try transaction.first(
            """
            SELECT true FROM \(kind.table) WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))
            AND deleted_at IS NULL\(lock)
            """
        ) { try $0.boolean() }
        return found == true
    }

    /// Makes the object's tags those.
    static func setTags(
        _ tags: [String],
        of kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        var others: SQL = "org_id = \(organization) AND kind = \(kind) AND object_id = \(SQLValue.uuid(id))"
        if !tags.isEmpty { others += " AND tag NOT IN (\(list: tags.map(SQLValue.text)))" }
        try transaction.execute("DELETE FROM object_tags WHERE \(others)")
        guard !tags.isEmpty else { return }
        var insert: SQL = "INSERT INTO object_tags (org_id, kind, object_id, tag) VALUES "
        for (index, tag) in tags.enumerated() {
            insert += "\(index == 0 ? "" : ", " as SQL)(\(organization), \(kind), \(SQLValue.uuid(id)), \(tag))"
        }
        try transaction.execute(insert + " ON CONFLICT DO NOTHING")
    }

    /// Makes the object found by this name and text.
    static func setSearch(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        name: String,
        text: String,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let name = name.folded
        let text = text.isEmpty ? name : "\(name)\n\(text.folded)"
        try transaction.execute(
            """
            INSERT INTO search_documents (org_id, kind, object_id, name, text, updated_at)
            VALUES (\(organization), \(kind), \(SQLValue.uuid(id)), \(name), \(text), \(now))
            ON CONFLICT (org_id, kind, object_id)
            DO UPDATE SET name = excluded.name, text = excluded.text, updated_at = excluded.updated_at
            """
        )
    }

    /// Takes the object out of search; it stays in `objects` as long as something refers to it.
    static func forget(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            DELETE FROM search_documents
            WHERE org_id = \(organization) AND kind = \(kind) AND object_id = \(SQLValue.uuid(id))
            """
        )
    }
}
