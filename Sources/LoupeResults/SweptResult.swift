import LoupeCore
import LoupeStore

/// A result on its way out.
struct SweptResult: Sendable {
    let id: StoredResult.ID
    let organization: Organization.ID
    let storedBytes: Int
    /// Whether chunks may lie outside the store.
    let isOutside: Bool

    /// Marks what is to go and returns it together with what was marked before. From here on it is read no more.
    static func mark(now: Timestamp, limit: Int, _ transaction: any Transaction) throws -> [SweptResult] {
        let orphaned = now - ResultStore.orphanAge
        try transaction.execute(
            """
            UPDATE results SET deleted_at = \(now)
            WHERE deleted_at IS NULL AND (org_id, id) IN (
                SELECT org_id, id FROM results
                WHERE deleted_at IS NULL AND expires_at <= \(now) ORDER BY expires_at LIMIT \(limit))
            """
        )
        try transaction.execute(
            """
            UPDATE results SET deleted_at = \(now)
            WHERE deleted_at IS NULL AND (org_id, id) IN (
                SELECT r.org_id, r.id FROM results r
                WHERE r.deleted_at IS NULL AND r.created_at <= \(orphaned)
                    AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.org_id = r.org_id AND runs.result_id = r.id)
                ORDER BY r.created_at LIMIT \(limit))
            """
        )
        return try transaction.all(
            """
            SELECT id, org_id, stored_bytes, storage <> 'store' FROM results
            WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id LIMIT \(limit)
            """
        ) { row in
            SweptResult(
                id: try row.id(),
                organization: try row.id(),
                storedBytes: try row.int(),
                isOutside: try row.boolean()
            )
        }
    }

    func removeChunks(_ limit: Int, _ transaction: any Transaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM result_chunks
            WHERE org_id = \(organization) AND result_id = \(id) AND n IN (
                SELECT n FROM result_chunks
                WHERE org_id = \(organization) AND result_id = \(id) ORDER BY n LIMIT \(limit))
            """
        )
    }

    /// The runs that name the result stay and know by their `expires_at` that it is gone.
    func release(_ limit: Int, _ transaction: any Transaction) throws -> Int {
        try transaction.execute(
            """
            UPDATE runs SET result_id = NULL
            WHERE org_id = \(organization) AND result_id = \(id) AND id IN (
                SELECT id FROM runs WHERE org_id = \(organization) AND result_id = \(id) LIMIT \(limit))
            """
        )
    }

    func removeRow(_ transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM results WHERE org_id = \(organization) AND id = \(id)")
    }
}
