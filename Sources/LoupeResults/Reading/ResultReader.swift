package import LoupeCore
import LoupeStore

/// One finished result, to be read a page at a time or whole.
package struct ResultReader: Sendable {
    package let id: StoredResult.ID
    package let columns: [ResultColumn]
    package let rowCount: Int
    /// Rows as JSON, before compression.
    package let byteCount: Int
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?

    let organization: Organization.ID
    let chunkCount: Int
    /// The only chunk of a small result, read together with the result.
    let onlyChunk: ChunkRecord?
    let store: ResultStore

    init(_ row: ResultRow, store: ResultStore) {
        id = row.id
        columns = row.columns
        rowCount = row.rowCount
        byteCount = row.byteCount
        createdAt = row.createdAt
        expiresAt = row.expiresAt
        organization = row.organization
        chunkCount = row.chunkCount
        onlyChunk = row.onlyChunk
        self.store = store
    }

    /// A strong entity tag's text, without quotes: the result never changes.
    package var entityTag: String { id.description }

    /// Writes the columns as the API shows them: `[{"name":…,"key":…,"data_type":…,"kind":…}]`.
    package func writeColumns(to json: inout JSONWriter) {
        json.array(columns) { json, column in
            json.object { json in
                json.field("name", column.name)
                json.field("key", column.key)
                json.field("data_type", column.dataType)
                json.field("kind", column.kind.rawValue)
            }
        }
    }
}
