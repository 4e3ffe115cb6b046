import LoupeCore
import LoupePostgres

/// Puts the answers of `pg_catalog` together into tables.
struct PostgresCatalog {
    private(set) var tables: [TableSchema] = []
    /// By oid.
    private var places: [Int64: Int] = [:]
    /// Of each table: its columns' places by attribute number.
    private var attributes: [[Int64: Int]] = []

    /// What the role may read, at least a column of it, without PostgreSQL's own schemas.
    private static let visible = """
        c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
        """

    static let relations = """
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples::pg_catalog.int8
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE \(visible) ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """

    static let columns = """
        SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND \(visible) ORDER BY a.attrelid, a.attnum
        """

    /// A line a column of a primary or foreign key.
    static let keys = """
        SELECT k.conrelid, k.contype, u.here, k.confrelid, u.there
        FROM pg_catalog.pg_constraint k
        CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) AS u(here, there)
        WHERE k.contype IN ('p', 'f') AND k.conrelid <> 0
        """

    mutating func read(relations: PostgresResult) throws {
        tables.reserveCapacity(relations.rowCount)
        for row in 0..<relations.rowCount {
            places[try relations.int8(row, 0)] = tables.count
            // Minus one where nobody has counted yet; views have no count at all.
            let estimate = try relations.int8(row, 4)
            let kind = try Self.kind(relations.text(row, 3))
            let hasRows = kind != .view && kind != .foreignTable
            tables.append(
                TableSchema(
                    schema: try relations.text(row, 1),
                    name: try relations.text(row, 2),
                    kind: kind,
                    rowEstimate: estimate < 0 || !hasRows ? nil : estimate,
                    columns: []
                )
            )
        }
        attributes = Array(repeating: [:], count: tables.count)
    }

    mutating func read(columns: PostgresResult) throws {
        for row in 0..<columns.rowCount {
            guard let table = places[try columns.int8(row, 0)] else { continue }
            attributes[table][try columns.int8(row, 1)] = tables[table].columns.count
            tables[table].columns.append(
                TableSchema.Column(
                    name: try columns.text(row, 2),
                    dataType: try columns.text(row, 3),
                    isNullable: try !columns.boolean(row, 4)
                )
            )
        }
    }

    mutating func read(keys: PostgresResult) throws {
        for row in 0..<keys.rowCount {
            guard let table = places[try keys.int8(row, 0)],
                let column = attributes[table][try keys.int8(row, 2)]
            else { continue }
            if try keys.text(row, 1) == "p" {
                tables[table].columns[column].isPrimaryKey = true
            } else if let other = places[try keys.int8(row, 3)], !keys.isNull(row, 4),
                let target = attributes[other][try keys.int8(row, 4)]
            {
                let name = tables[other].columns[target].name
                tables[table].columns[column].references = "\(tables[other].schema).\(tables[other].name).\(name)"
            }
        }
    }

    private static func kind(_ letter: String) -> TableSchema.Kind {
        switch letter {
        case "v": .view
        case "m": .materializedView
        case "f": .foreignTable
        case "p": .partitioned
        default: .table
        }
    }
}
