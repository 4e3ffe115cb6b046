/// Reads SQLite's catalog through its PRAGMA functions.
struct SQLiteCatalog {
    private let transaction: any Transaction

    init(_ transaction: any Transaction) {
        self.transaction = transaction
    }

    func tables() throws -> [SchemaCatalog.Table] {
        let names: [String] = try transaction.all(
            """
            SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
            AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations' ORDER BY name
            """
        ) { try $0.text() }
        return try names.map(table)
    }

    private func table(_ name: String) throws -> SchemaCatalog.Table {
        let rows = try transaction.all(
            #"SELECT name, type, "notnull", pk FROM pragma_table_info(\#(name)) ORDER BY cid"#
        ) { row in
            (name: try row.text(), type: try row.text(), isRequired: try row.boolean(), key: try row.int())
        }
        return SchemaCatalog.Table(
            name: name,
            columns: rows.map { .init(name: $0.name, type: $0.type, isNullable: !$0.isRequired) },
            primaryKey: rows.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map(\.name),
            foreignKeys: try foreignKeys(name),
            indexes: try (indexes(name) + trigramIndexes(name)).sorted { $0.name < $1.name }
        )
    }

    private func foreignKeys(_ table: String) throws -> [SchemaCatalog.ForeignKey] {
        let parts = try transaction.all(
            #"""
            SELECT id, "from", "table", "to", on_delete FROM pragma_foreign_key_list(\#(table)) ORDER BY id, seq
            """#
        ) { row in
            (
                id: try row.int(), from: try row.text(), table: try row.text(), to: try row.text(),
                deletion: try row.text()
            )
        }
        let keys = Dictionary(grouping: parts, by: \.id).values.compactMap { columns -> SchemaCatalog.ForeignKey? in
            guard let first = columns.first else { return nil }
            return SchemaCatalog.ForeignKey(
                columns: columns.map(\.from),
                table: first.table,
                targetColumns: columns.map(\.to),
                onDelete: first.deletion == "CASCADE" ? .cascades : .refused
            )
        }
        return keys.sorted { ($0.columns.joined(), $0.table) < ($1.columns.joined(), $1.table) }
    }

    private func indexes(_ table: String) throws -> [SchemaCatalog.Index] {
        let rows = try transaction.all(
            #"""
            SELECT list.name, list."unique", (SELECT sql FROM sqlite_schema AS s WHERE s.name = list.name)
            FROM pragma_index_list(\#(table)) AS list WHERE list.origin = 'c'
            """#
        ) { row in (name: try row.text(), isUnique: try row.boolean(), sql: try row.text()) }
        return try rows.map { row in
            SchemaCatalog.Index(
                name: row.name,
                columns: try transaction.all(
                    "SELECT name FROM pragma_index_info(\(row.name)) ORDER BY seqno"
                ) { try $0.text() },
                isUnique: row.isUnique,
                condition: row.sql.split(separator: " WHERE ", maxSplits: 1).dropFirst().first.map(Self.oneLine),
                isTrigram: false
            )
        }
    }

    /// The full-text table that stands beside a table takes the place of PostgreSQL's trigram index.
    private func trigramIndexes(_ table: String) throws -> [SchemaCatalog.Index] {
        let columns: [String] = try transaction.all(
            "SELECT name FROM pragma_table_info(\("\(table)_fts")) ORDER BY cid"
        ) { try $0.text() }
        guard !columns.isEmpty else { return [] }
        let name = "\(table)_trigrams"
        return [.init(name: name, columns: columns, isUnique: false, condition: nil, isTrigram: true)]
    }

    private static func oneLine(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
