/// A table or view of a datasource.
package struct TableSchema: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case table
        case view
        case materializedView = "materialized_view"
        case foreignTable = "foreign_table"
        case partitioned
    }

    package struct Column: Hashable, Sendable {
        package var name: String
        package var dataType: String
        package var isNullable: Bool
        package var isPrimaryKey: Bool
        /// `schema.table.column` of a foreign key.
        package var references: String?

        package init(
            name: String,
            dataType: String,
            isNullable: Bool,
            isPrimaryKey: Bool = false,
            references: String? = nil
        ) {
            self.name = name
            self.dataType = dataType
            self.isNullable = isNullable
            self.isPrimaryKey = isPrimaryKey
            self.references = references
        }
    }

    package var schema: String
    package var name: String
    package var kind: Kind
    package var rowEstimate: Int64?
    package var columns: [Column]

    package init(schema: String, name: String, kind: Kind, rowEstimate: Int64? = nil, columns: [Column]) {
        self.schema = schema
        self.name = name
        self.kind = kind
        self.rowEstimate = rowEstimate
        self.columns = columns
    }
}
