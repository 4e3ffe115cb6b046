import LoupeCore
import LoupeStore

/// A saved query's own columns as JSON: one row by key, its statement cached, its columns by index.
enum BareQuery {
    static func find(
        _ id: SavedQuery.ID,
        in organization: Organization.ID,
        _ database: any Database
    ) async throws -> [UInt8]? {
        try await database.read { transaction in
            var json: [UInt8]?
            let statement: SQL = """
                SELECT id, datasource_id, name, description, sql, timeout_seconds, max_rows, max_bytes, max_retries,
                    created_at, updated_at
                FROM queries WHERE org_id = \(organization) AND id = \(id)
                """
            try transaction.forEach(statement) { row in
                json = try write(row)
            }
            return json
        }
    }

    private static func write(_ row: any Row) throws -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        try json.object { json in
            json.field("id", Identifier<SavedQuery>(try row.uuid(0)))
            json.field("datasource_id", Identifier<Datasource>(try row.uuid(1)))
            json.field("name", try row.text(2))
            json.field("description", try row.text(3))
            json.field("sql", try row.text(4))
            json.field("timeout_seconds", try row.integer(5))
            json.field("max_rows", try row.integer(6))
            json.field("max_bytes", try row.integer(7))
            json.field("max_retries", try row.integer(8))
            json.field("created_at", try row.timestamp(9))
            json.field("updated_at", try row.timestamp(10))
        }
        return json.bytes
    }
}
