import LoupeCore

extension SQLiteConnector {
    /// Tables and views of the file, without SQLite's own and without the tables behind virtual ones.
    package func introspect() async throws -> [TableSchema] {
        let tables = try await rows(
            """
            SELECT name, type FROM pragma_table_list
            WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            ORDER BY name
            """
        )
        let estimates = try await estimates()
        var schemas: [TableSchema] = []
        for table in tables {
            guard case .string(let name)? = table.first else { continue }
            schemas.append(
                TableSchema(
                    schema: "main",
                    name: name,
                    kind: table.last == "view" ? .view : .table,
                    rowEstimate: estimates[name],
                    columns: try await columns(of: name)
                )
            )
        }
        return schemas
    }

    private func columns(of table: String) async throws -> [TableSchema.Column] {
        let parameter = BoundParameter(name: "table", type: .string, value: .string(table))
        let references = try await references(of: parameter)
        let described: [[JSONValue]]
        do {
            described = try await rows(
                "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(:table) WHERE hidden <> 1 ORDER BY cid",
                [parameter]
            )
        } catch let failure as QueryFailure where failure.recovery == .final {
            // A view of a table that is gone, or a virtual table whose module is missing: the others are still shown.
            return []
        }
        return described.compactMap { row in
            guard row.count == 4, case .string(let name) = row[0], case .string(let type) = row[1] else { return nil }
            let isKey = row[3] != 0
            return TableSchema.Column(
                name: name,
                dataType: type.lowercased(),
                isNullable: row[2] == 0 && !isKey,
                isPrimaryKey: isKey,
                references: references[name]
            )
        }
    }

    /// `main.table.column` by the column that refers to it; a key without a named column means the other's primary key.
    private func references(of table: BoundParameter) async throws -> [String: String] {
        let keys = try await rows(
            """
            SELECT f."from", f."table" || coalesce('.' || coalesce(f."to", (SELECT p.name FROM pragma_table_info(f."table") p
              WHERE p.pk = f.seq + 1)), '') FROM pragma_foreign_key_list(:table) f
            """,
            [table]
        )
        var references: [String: String] = [:]
        for key in keys {
            if case .string(let column)? = key.first, case .string(let target)? = key.last {
                references[column] = "main.\(target)"
            }
        }
        return references
    }

    /// Rows a table as ANALYZE last counted them, if it ever ran.
    private func estimates() async throws -> [String: Int64] {
        let known = try await rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'")
        guard !known.isEmpty else { return [:] }
        let counts = try await rows("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl")
        var estimates: [String: Int64] = [:]
        for row in counts {
            guard case .string(let table)? = row.first else { continue }
            switch row.last {
            case .number(let text), .string(let text): estimates[table] = Int64(text)
            default: break
            }
        }
        return estimates
    }

    private func rows(_ sql: String, _ parameters: [BoundParameter] = []) async throws -> [[JSONValue]] {
        let statement = Statement(sql: sql, parameters: parameters, limits: RowLimits(maxRows: 100_000))
        return try await run(statement) { stream in
            var rows: [[JSONValue]] = []
            while true {
                let batch = try await stream.next(target: 1 << 20)
                for line in batch.block.bytes.split(separator: UInt8(ascii: "\n")) {
                    if case .array(let values) = try JSONValue(parsing: Array(line)) { rows.append(values) }
                }
                if case .end = batch.continuation { return rows }
            }
        }
    }
}
