/// Makes SQL of all kinds, good and bad.
struct SQLMaker {
    var random: FuzzRandom
    private var depth = 0

    init(_ random: FuzzRandom) {
        self.random = random
    }

    mutating func statement() -> String {
        switch random.below(12) {
        case 0: random.pick(SQLMaker.writing)
        case 1: "EXPLAIN \(random.pick(["", "ANALYZE ", "(ANALYZE, BUFFERS) "]))\(query())"
        case 2: "\(query()); \(random.chance(50) ? query() : random.pick(SQLMaker.writing))"
        case 3: "WITH x AS (\(random.pick(SQLMaker.writing)) RETURNING *) SELECT * FROM x"
        default: query()
        }
    }

    private mutating func query() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 5 else { return "SELECT 1" }
        switch random.below(8) {
        case 0: return "VALUES (\(value()), \(value()))"
        case 1: return "TABLE t"
        case 2: return "WITH \(random.chance(20) ? "RECURSIVE " : "")x AS (\(query())) \(query())"
        case 3: return "(\(query())) UNION ALL (\(query()))"
        default: break
        }
        var sql = "SELECT \(value()), \(value()) AS c"
        if random.chance(10) { sql += " INTO u" }
        sql += " FROM \(source())"
        if random.chance(40) {
            sql += " WHERE \(value()) \(random.pick(["=", "<", "IN", "NOT IN", "@>", "?"])) (\(value()))"
        }
        if random.chance(20) { sql += " GROUP BY GROUPING SETS ((\(value())), ())" }
        if random.chance(20) { sql += " ORDER BY \(value())" }
        if random.chance(20) { sql += " LIMIT:n" }
        if random.chance(8) { sql += random.pick([" FOR UPDATE", " FOR SHARE", " FOR NO KEY UPDATE SKIP LOCKED"]) }
        return sql
    }

    private mutating func source() -> String {
        switch random.below(7) {
        case 0: "(\(query())) s"
        case 1: "LATERAL \(call()) f"
        case 2: "ROWS FROM (\(call()), \(call())) f"
        case 3: "t JOIN u ON \(value()) = \(value())"
        case 4: "t TABLESAMPLE \(random.pick(["system", "bernoulli", "odd"])) (10)"
        default: "t"
        }
    }

    private mutating func value() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 8 else { return "1" }
        switch random.below(17) {
        case 0: return "(\(query()))"
        case 1: return "\(value()) + \(value())"
        case 2: return "CASE WHEN \(value()) THEN \(value()) END"
        case 3: return "(\(value())).\(random.pick(SQLMaker.functions))"
        case 4: return "t.\(random.pick(SQLMaker.functions))"
        case 5: return "ARRAY[\(value()), \(value())]"
        case 6: return "a[\(value()):\(value())]"
        case 7: return "\(value())::text"
        case 8, 9, 10: return call()
        case 11: return ":p\(random.below(3))"
        default: return random.pick(SQLMaker.atoms)
        }
    }

    private mutating func call() -> String {
        var name = random.pick(SQLMaker.functions)
        switch random.below(6) {
        case 0: name = name.uppercased()
        case 1: name = "\"\(name)\""
        case 2: name = "pg_catalog.\(name)"
        case 3: name = "U&\"\\\(String(format(name.utf8.first ?? 97)))\(name.dropFirst())\""
        case 4: name += "/* x */ "
        default: break
        }
        return "\(name)(\(value()))" + (random.chance(10) ? " OVER (PARTITION BY \(value()))" : "")
    }

    private func format(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    static let functions = [
        "lower", "sum", "abs", "date_trunc", "pg_read_file", "lo_import", "set_config", "query_to_xml", "dblink",
        "nextval",
        "pg_advisory_lock", "pg_terminate_backend", "lo_get", "pg_ls_dir", "ts_stat", "jsonb_path_query", "now",
        "random",
    ]

    static let writing = [
        "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "DROP TABLE t", "COPY t TO PROGRAM 'x'",
        "DO $$ BEGIN END $$", "SET x = 1", "CALL p()", "VACUUM", "CREATE TABLE t AS SELECT 1", "LOCK t", "NOTIFY x",
        "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", "PREPARE p AS DELETE FROM t",
    ]

    static let atoms = [
        "1", "'a'", "NULL", "a", "t.b", "\"q:x\"", "E'\\':n'", "$$ :n $$", "$t$ $$ :n $t$", "1.5e3", "'ü😀'", "x'00'",
        "b'01'",
        "U&'\\0061'", "/* :n /* */ */ 1", "-- :n\n 1", "j->>:p0", "j #>> '{a}'", "date '2026-01-01'", "current_date",
    ]

    /// What damage is made of.
    static let pieces = [
        "'", "\"", "$$", "$t$", "/*", "*/", "--", "\n", "\\", "E'", "U&\"", ":", "::", ":=", ":x", "[", "]", "(", ")",
        ";",
        "$1", "?", "@x", "`", "\0", "é", "IN (:x)", "NOT IN (:x, 1)", " INTO u ", " FOR UPDATE ", ",", ".", "1", "e",
    ]
}
