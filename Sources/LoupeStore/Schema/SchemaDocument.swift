/// `docs/schema.md`: the tables as both stores have them, with what each is for.
package enum SchemaDocument {
    /// Throws `Disagreement` where the two stores differ in more than the names of their types, or a table has no purpose
    /// written down.
    package static func render(sqlite: SchemaCatalog, postgres: SchemaCatalog) throws -> String {
        try compare(sqlite, postgres)
        var text = """
            # The store's schema

            Generated from the migrated stores by a test; `LOUPE_UPDATE_DOCS=1 scripts/test --filter SchemaDocument` writes
            it anew. SQLite and PostgreSQL have the same tables, columns, keys and indexes, and differ in their types:

            | kind of value | SQLite | PostgreSQL |
            | --- | --- | --- |
            | id | TEXT, 36 characters in lower case | uuid |
            | time | INTEGER, milliseconds since 1970 in UTC | timestamptz(3) |
            | JSON, canonical text | TEXT | json |
            | truth | INTEGER, 0 or 1 | boolean |
            | bytes | BLOB | bytea |

            Every table but those marked with ¹ belongs to organizations: its keys begin with `org_id`, and so does each
            reference, so that a reference from one organization into another cannot be stored. Deleting a row that is
            referred to is refused, unless the reference says that it cascades.

            """
        for area in SchemaPurposes.areas {
            text += "\n## \(area.title)\n"
            for purpose in area.tables {
                guard let lite = sqlite.table(purpose.table), let full = postgres.table(purpose.table) else {
                    throw Disagreement("\(purpose.table) has a purpose but is not there")
                }
                text += section(lite, full, purpose.text)
            }
        }
        return text
    }

    package struct Disagreement: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    private static func section(
        _ sqlite: SchemaCatalog.Table,
        _ postgres: SchemaCatalog.Table,
        _ purpose: String
    ) -> String {
        let mark = sqlite.columns.contains { $0.name == "org_id" } ? "" : " ¹"
        var text = "\n### \(sqlite.name)\(mark)\n\n\(purpose)\n\n"
        text += "| column | SQLite | PostgreSQL | |\n| --- | --- | --- | --- |\n"
        for (lite, full) in zip(sqlite.columns, postgres.columns) {
            text += "| \(lite.name) | \(lite.type) | \(full.type) | \(lite.isNullable ? "optional" : "") |\n"
        }
        text += "\n- key: \(sqlite.primaryKey.joined(separator: ", "))\n"
        for key in sqlite.foreignKeys {
            let ending = key.onDelete == .cascades ? ", cascades" : ""
            text += "- refers: (\(key.columns.joined(separator: ", "))) to "
            text += "\(key.table) (\(key.targetColumns.joined(separator: ", ")))\(ending)\n"
        }
        for index in sqlite.indexes {
            let kind = index.isUnique ? "unique" : index.isTrigram ? "trigrams" : "index"
            let condition = index.condition.map { ", where \($0)" } ?? ""
            text += "- \(kind): \(index.name) (\(index.columns.joined(separator: ", ")))\(condition)\n"
        }
        return text
    }

    private static func compare(_ sqlite: SchemaCatalog, _ postgres: SchemaCatalog) throws {
        let names = sqlite.tables.map(\.name)
        guard names == postgres.tables.map(\.name) else { throw Disagreement("the stores have different tables") }
        let purposes = SchemaPurposes.areas.flatMap(\.tables).map(\.table)
        if let name = names.first(where: { !purposes.contains($0) }) { throw Disagreement("\(name) has no purpose") }
        for (lite, full) in zip(sqlite.tables, postgres.tables) {
            guard comparable(lite) == comparable(full) else {
                throw Disagreement("\(lite.name) differs:\n\(comparable(lite))\n\(comparable(full))")
            }
        }
    }

    /// A table without what each store says in its own words.
    private static func comparable(_ table: SchemaCatalog.Table) -> SchemaCatalog.Table {
        var table = table
        for index in table.columns.indices { table.columns[index].type = "" }
        for index in table.indexes.indices where table.indexes[index].condition != nil {
            table.indexes[index].condition = ""
        }
        return table
    }
}
