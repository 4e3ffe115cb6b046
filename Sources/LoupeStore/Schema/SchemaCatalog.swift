/// A store's tables as they stand, read from its own catalog.
package struct SchemaCatalog: Hashable, Sendable {
    package var tables: [Table]

    package struct Table: Hashable, Sendable {
        package var name: String
        package var columns: [Column]
        package var primaryKey: [String]
        package var foreignKeys: [ForeignKey]
        /// Without those of the primary key.
        package var indexes: [Index]
    }

    package struct Column: Hashable, Sendable {
        package var name: String
        /// In the store's own words.
        package var type: String
        package var isNullable: Bool
    }

    package struct ForeignKey: Hashable, Sendable {
        package var columns: [String]
        package var table: String
        package var targetColumns: [String]
        package var onDelete: Deletion

        package enum Deletion: String, Sendable {
            case refused
            case cascades
        }
    }

    package struct Index: Hashable, Sendable {
        package var name: String
        package var columns: [String]
        package var isUnique: Bool
        /// As the store writes it; nil where every row is in the index.
        package var condition: String?
        /// Finds text anywhere rather than by its beginning.
        package var isTrigram: Bool
    }

    /// Reads a store's catalog; Loupe's own `schema_migrations` is left out.
    package init(_ database: any Database) async throws {
        tables = try await database.read { transaction in
            switch transaction.dialect {
            case .sqlite: try SQLiteCatalog(transaction).tables()
            case .postgres: try PostgresCatalog(transaction).tables()
            }
        }
    }

    package func table(_ name: String) -> Table? {
        tables.first { $0.name == name }
    }
}
