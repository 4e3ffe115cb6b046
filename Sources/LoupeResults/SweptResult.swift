import LoupeCore
import LoupeStore

/// A result on its way out.
struct SweptResult: Sendable {
    let id: StoredResult.ID
    let organization: Organization.ID
    let storedBytes: Int
    /// Whether chunks may lie outside the store.
    let isOutside: Bool

    fileprivate struct Found: Sendable {
        let organization: Organization.ID
        let id: StoredResult.ID
    }

    /// Marks what is to go and returns it together with what was marked before. From here on it is read no more.
    ///
    /// It is looked for in a read: going through every result for those that no run names must not hold up the writers.
    static func mark(now: Timestamp, limit: Int, in database: any Database) async throws -> [SweptResult] {
        let orphaned: SQL = """
            r.created_at <= \(now - ResultStore.orphanAge)
            AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.org_id = r.org_id AND runs.result_id = r.id)
            """
        let found = try await database.read { transaction in
            try transaction.all(
                """
                SELECT r.org_id, r.id FROM results r
                WHERE r.deleted_at IS NULL AND r.expires_at <= \(now) ORDER BY r.expires_at LIMIT \(limit)
                """,
                as: Found.init(row:)
            )
                + transaction.all(
                    """
                    SELECT r.org_id, r.id FROM results r
                    WHERE r.deleted_at IS NULL AND \(orphaned) ORDER BY r.created_at LIMIT \(limit)
                    """,
                    as: Found.init(row:)
                )
        }
        return try await database.write { transaction in
            for result in found {
                // A run may have been given the result since.
                try transaction.execute(
                    """
                    UPDATE results AS r SET deleted_at = \(now)
                    WHERE r.org_id = \(result.organization) AND r.id = \(result.id) AND r.deleted_at IS NULL
                    AND (r.expires_at <= \(now) OR \(orphaned))
                    """
                )
            }
            return try marked(limit: limit, transaction)
        }
    }

    private static func marked(limit: Int, _ transaction: any Transaction) throws -> [SweptResult] {
        try transaction.all(
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

extension SweptResult.Found {
    fileprivate init(row: inout RowReader) throws {
        self.init(organization: try row.id(), id: try row.id())
    }
}
