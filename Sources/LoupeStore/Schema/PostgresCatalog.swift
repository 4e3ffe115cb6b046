/// Reads PostgreSQL's catalog of the schema that Loupe's tables are in.
struct PostgresCatalog {
    private let transaction: any Transaction

    init(_ transaction: any Transaction) {
        self.transaction = transaction
    }

    func tables() throws -> [SchemaCatalog.Table] {
        let names: [String] = try transaction.all(
            """
            SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            AND relname <> 'schema_migrations' ORDER BY relname::text COLLATE "C"
            """
        ) { try $0.text() }
        return try names.map(table)
    }

    private func table(_ name: String) throws -> SchemaCatalog.Table {
        let columns = try transaction.all(
            """
            SELECT attname::text, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
            WHERE attrelid = \(name)::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """
        ) { row in
            SchemaCatalog.Column(name: try row.text(), type: try row.text(), isNullable: try !row.boolean())
        }
        let indexes = try indexes(name)
        return SchemaCatalog.Table(
            name: name,
            columns: columns,
            primaryKey: indexes.first { $0.isPrimary }?.index.columns ?? [],
            foreignKeys: try foreignKeys(name),
            indexes: indexes.filter { !$0.isPrimary }.map(\.index)
        )
    }

    private func foreignKeys(_ table: String) throws -> [SchemaCatalog.ForeignKey] {
        let keys = try transaction.all(
            """
            SELECT \(Self.names("c.conrelid", "c.conkey")), c.confrelid::regclass::text,
            \(Self.names("c.confrelid", "c.confkey")), c.confdeltype = 'c'
            FROM pg_constraint AS c WHERE c.conrelid = \(table)::text::regclass AND c.contype = 'f'
            """
        ) { row in
            SchemaCatalog.ForeignKey(
                columns: try row.strings(),
                table: try row.text(),
                targetColumns: try row.strings(),
                onDelete: try row.boolean() ? .cascades : .refused
            )
        }
        return keys.sorted { ($0.columns.joined(), $0.table) < ($1.columns.joined(), $1.table) }
    }

    private func indexes(_ table: String) throws -> [(isPrimary: Bool, index: SchemaCatalog.Index)] {
        try transaction.all(
            """
            SELECT i.indisprimary, c.relname::text,
            (SELECT json_agg(pg_get_indexdef(i.indexrelid, k, true) ORDER BY k)
            FROM generate_series(1, i.indnkeyatts::integer) AS k),
            i.indisunique, pg_get_expr(i.indpred, i.indrelid), am.amname = 'gin'
            FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS am ON am.oid = c.relam
            WHERE i.indrelid = \(table)::text::regclass ORDER BY c.relname::text COLLATE "C"
            """
        ) { row in
            (
                isPrimary: try row.boolean(),
                index: SchemaCatalog.Index(
                    name: try row.text(),
                    columns: try row.strings(),
                    isUnique: try row.boolean(),
                    condition: try row.optionalText(),
                    isTrigram: try row.boolean()
                )
            )
        }
    }

    /// The names of a constraint's columns, in its order, as a JSON array.
    private static func names(_ table: StaticString, _ numbers: StaticString) -> SQL {
        """
        (SELECT json_agg(a.attname::text ORDER BY k.place)
        FROM unnest(\(trusted: numbers)) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute AS a ON a.attrelid = \(trusted: table) AND a.attnum = k.number)
        """
    }
}
