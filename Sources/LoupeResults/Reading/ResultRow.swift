import LoupeCore
import LoupeStore

/// A finished result as the store has it, with its only chunk where it has one: `SELECT 1` is read in one statement.
struct ResultRow: Sendable {
    let id: StoredResult.ID
    let organization: Organization.ID
    let columns: [ResultColumn]
    let rowCount: Int
    let byteCount: Int
    let chunkCount: Int
    let createdAt: Timestamp
    let expiresAt: Timestamp?
    let isDeleted: Bool
    let onlyChunk: ChunkRecord?

    static func find(
        _ id: StoredResult.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> ResultRow? {
        try transaction.first(
            """
            SELECT r.columns, r.row_count, r.byte_count, r.chunk_count, r.created_at, r.expires_at,
                r.deleted_at IS NOT NULL, c.n, c.first_row, c.row_count, c.raw_bytes, c.stored_bytes, c.checksum,
                c.data IS NULL, c.data
            FROM results r
            LEFT JOIN result_chunks c
                ON c.org_id = r.org_id AND c.result_id = r.id AND c.n = 0 AND r.chunk_count = 1
            WHERE r.org_id = \(organization) AND r.id = \(id) AND r.complete
            """
        ) { row in
            try ResultRow(id: id, organization: organization, row: &row)
        }
    }

    private init(id: StoredResult.ID, organization: Organization.ID, row: inout RowReader) throws {
        self.id = id
        self.organization = organization
        guard let columns = ResultColumn.columns(from: try row.json()) else {
            throw StoreDecodingError(column: 0, expected: "a result's columns")
        }
        self.columns = columns
        rowCount = try row.int()
        byteCount = try row.int()
        chunkCount = try row.int()
        createdAt = try row.timestamp()
        expiresAt = try row.optionalTimestamp()
        isDeleted = try row.boolean()
        onlyChunk = try chunkCount == 1 ? ChunkRecord(joined: &row) : nil
    }
}

extension ChunkRecord {
    /// The chunk of a left join, its bytes after its columns; nil where none joined.
    fileprivate init?(joined row: inout RowReader) throws {
        var ahead = row
        guard try ahead.optionalInt() != nil else { return nil }
        try self.init(row: &row)
        data = try row.optionalBytes()
    }
}
