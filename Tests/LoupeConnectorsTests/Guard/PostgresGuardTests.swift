import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("The guard for PostgreSQL")
struct PostgresGuardTests {
    private let sqlGuard = PostgresGuard()

    @Test(
        "Statements that only read go through",
        arguments: [
            ("SELECT 1", "select"), ("select 1;", "select"), (";;\n-- hello\nSELECT 1 /* ; */ ;", "select"),
            ("TABLE pg_class", "select"), ("VALUES (1, 'a'), (2, 'b')", "values"),
            ("WITH x AS (SELECT 1) SELECT * FROM x", "select"), ("EXPLAIN SELECT 1", "explain"),
            ("EXPLAIN (ANALYZE, BUFFERS) SELECT 1", "explain_analyze"),
            ("EXPLAIN ANALYZE VALUES (1)", "explain_analyze"),
            ("SHOW server_version", "show"), ("SHOW ALL", "show"),
            ("SELECT '; DROP TABLE x', $$ INSERT $$, \"delete\" FROM (SELECT 1 AS \"delete\") t", "select"),
            ("SELECT lo_revenue, l.lo_revenue, (l).lo_revenue FROM lineorder l", "select"),
            ("SELECT setval, current_setting('TimeZone') FROM t", "select"),
            ("SELECT * FROM t WHERE a = ANY(:list) AND b IN (:others) AND ts > :start::timestamptz", "select"),
        ]
    )
    func passes(sql: String, kind: String) async {
        let report = await sqlGuard.inspect(sql)
        #expect(report.problems == [])
        #expect(report.statement?.rawValue == kind)
    }

    @Test("Analytics of every shape go through", arguments: AnalyticsSQL.statements)
    func analytics(sql: String) async {
        #expect(await sqlGuard.inspect(sql).problems == [])
    }

    @Test(
        "Statements that do anything else are refused",
        arguments: [
            "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "TRUNCATE t", "DROP TABLE t",
            "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE", "CREATE TABLE t (a int)",
            "CREATE TABLE t AS SELECT 1", "CREATE MATERIALIZED VIEW v AS SELECT 1", "REFRESH MATERIALIZED VIEW v",
            "CREATE VIEW v AS SELECT 1", "ALTER TABLE t ADD a int", "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE c",
            "CREATE EXTENSION dblink", "GRANT ALL ON t TO u", "COPY t FROM '/etc/passwd'", "COPY t TO STDOUT",
            "COPY (SELECT 1) TO PROGRAM 'sh'", "copy\n/* x */ t from program 'curl x'", "DO $$ BEGIN END $$",
            "CALL p()",
            "SET search_path = x", "SET LOCAL role = x", "RESET ALL", "SET TRANSACTION READ WRITE", "BEGIN", "COMMIT",
            "ROLLBACK", "SAVEPOINT s", "PREPARE TRANSACTION 'x'", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p",
            "DECLARE c CURSOR FOR SELECT 1", "FETCH c", "CLOSE c", "MOVE c", "LISTEN x", "UNLISTEN x", "NOTIFY x",
            "LOCK TABLE t", "VACUUM", "ANALYZE t", "CLUSTER t", "REINDEX TABLE t", "CHECKPOINT", "DISCARD ALL",
            "LOAD 'x'", "ALTER SYSTEM SET work_mem = 1", "SECURITY LABEL ON TABLE t IS 'x'",
            "COMMENT ON TABLE t IS 'x'",
            "EXPLAIN INSERT INTO t VALUES (1)", "EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN EXECUTE p",
            "EXPLAIN CREATE TABLE t AS SELECT 1", "EXPLAIN DECLARE c CURSOR FOR SELECT 1",
            "EXPLAIN REFRESH MATERIALIZED VIEW v", "VALUES (DEFAULT)", "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y",
        ]
    )
    func refusesStatements(sql: String) async {
        let report = await sqlGuard.inspect(sql)
        #expect(report.problems.map(\.code) == [.notReadOnly])
        #expect(report.statement == nil)
    }

    @Test(
        "What only looks like reading is refused with its own code and place",
        arguments: [
            ("SELECT 1; SELECT 2", .multipleStatements, 11), ("SELECT 1;\n  DROP TABLE t", .multipleStatements, 13),
            ("WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x", .writingCTE, 12),
            ("SELECT * FROM (WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x) y", .writingCTE, 27),
            ("SELECT (WITH x AS (UPDATE t SET a = 1 RETURNING 1) TABLE x)", .writingCTE, 20),
            ("EXPLAIN WITH x AS (UPDATE t SET a = 1 RETURNING 1) TABLE x", .writingCTE, 20),
            ("SELECT 'into' INTO x FROM t", .selectInto, 15), ("SELECT * INTO TEMP x FROM t", .selectInto, 10),
            ("(SELECT 1 INTO x) UNION SELECT 2", .selectInto, 11),
            ("SELECT substring(a for 3) FROM t FOR UPDATE", .rowLock, 34), ("TABLE t FOR SHARE", .rowLock, 9),
            ("SELECT * FROM (SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED) x", .rowLock, 32),
            ("SELECT * FROM t FOR KEY SHARE OF t", .rowLock, 17),
        ] as [(String, SQLProblem.Code, Int)]
    )
    func refusesDisguises(sql: String, code: SQLProblem.Code, position: Int) async {
        let problems = await sqlGuard.inspect(sql).problems
        #expect(problems.contains { $0.code == code && $0.place.position == position })
    }

    @Test(
        "Functions that reach beyond reading are refused however they are named",
        arguments: [
            "SELECT pg_read_file('/etc/passwd')", "SELECT pg_catalog.pg_read_file('/etc/passwd')",
            "SELECT \"pg_read_file\"('/etc/passwd')", "SELECT PG_READ_FILE('/etc/passwd')",
            "SELECT U&\"p\\0067_read_file\"('/etc/passwd')", "SELECT pg_read_file /* x */ ('/etc/passwd')",
            "SELECT ('/etc/hostname'::text).pg_read_file", "SELECT (('/etc/hostname'::text)).pg_read_file.length",
            "SELECT x.pg_read_file FROM lower('/etc/hostname') x", "SELECT * FROM pg_ls_dir('/')",
            "SELECT * FROM ROWS FROM (pg_read_file('/etc/passwd'), generate_series(1, 2)) x",
            "SELECT 1 FROM t ORDER BY pg_stat_file('x')", "SELECT count(*) FILTER (WHERE lo_import('/x') > 0) FROM t",
            "SELECT lo_import('/etc/passwd')", "SELECT lo_anything(1)", "SELECT dblink('x', 'SELECT 1')",
            "SELECT * FROM dblink_exec('x', 'DROP TABLE t')", "SELECT set_config('role', 'x', false)",
            "SELECT query_to_xml('DELETE FROM t', true, true, '')", "SELECT database_to_xml(true, true, '')",
            "SELECT ts_stat('DELETE FROM t RETURNING v')", "SELECT crosstab('x')", "SELECT nextval('s')",
            "SELECT ('s'::regclass).nextval", "SELECT pg_advisory_lock(1)", "SELECT pg_terminate_backend(1)",
            "SELECT pg_reload_conf()", "SELECT pg_switch_wal()", "SELECT pg_notify('a', 'b')",
            "SELECT pg_create_physical_replication_slot('x')", "VALUES (pg_sleep(0), pg_read_file('x'))",
            "SELECT 1 LIMIT (SELECT lo_creat(1))", "SELECT 1 WHERE EXISTS (SELECT FROM pg_ls_logdir())",
            "WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT lo_unlink(1)) SELECT * FROM x",
            "EXPLAIN ANALYZE SELECT lo_unlink(1)", "SELECT CASE WHEN true THEN lo_get(1) END",
            "SELECT ARRAY[pg_read_file('x')]", "SELECT ROW(pg_read_file('x'))", "SELECT pg_read_file('x')::int::text",
            "SELECT a[lo_unlink(1)] FROM t", "SELECT xmlelement(name x, lo_get(1))",
            "SELECT sum(setval('s', 1)) OVER ()",
            "SELECT * FROM t TABLESAMPLE evil(1)", "SELECT * FROM t, LATERAL (SELECT pg_read_file(t.a)) x",
            "SELECT * FROM XMLTABLE('/r' PASSING query_to_xml('x', true, true, '') COLUMNS a int PATH 'a') x",
            "SELECT * FROM t GROUP BY GROUPING SETS ((a), (lo_unlink(1)))", "SELECT lo_unlink(VARIADIC ARRAY[1])",
            "SELECT coalesce(NULL, greatest(1, lo_unlink(1)))", "SELECT 1 IN (SELECT lo_unlink(1))",
        ]
    )
    func refusesFunctions(sql: String) async {
        let problems = await sqlGuard.inspect(sql).problems
        #expect(!problems.isEmpty)
        #expect(problems.allSatisfy { $0.code == .functionRefused })
    }

    @Test("All problems are told at once, each at its place in the person's text")
    func tellsAll() async throws {
        let sql = "SELECT 'ü', :größe,\n  pg_catalog.lo_unlink(:oid), set_config('a', :größe, true)\nFROM t FOR UPDATE"
        let problems = await sqlGuard.inspect(sql).problems
        #expect(problems.map(\.code) == [.functionRefused, .functionRefused, .rowLock])
        #expect(problems[0].place == SQLPosition(position: 34, line: 2, column: 14, length: 9))
        #expect(problems[0].message == "lo_unlink is refused: it works on large objects")
        #expect(problems[1].place.line == 2)
        #expect(problems[2].place == SQLPosition(position: 88, line: 3, column: 8, length: 3))
        let error = try #require(await sqlGuard.inspect(sql).error)
        #expect(error.code == .queryRejected)
        #expect(error.details.map(\.field) == ["sql", "sql", "sql"])
        #expect(QueryFailure(rejection: error)?.code == "rejected")
        #expect(QueryFailure(rejection: error)?.position == 34)
    }

    @Test(
        "What the grammar does not know is refused with the position and the grammar's name",
        arguments: [
            ("SELECT 'ü', JSON_TABLE(x, '$' COLUMNS (a int)) FROM t", 31), ("SELEC 1", 1), ("SELECT 'open", 8),
            ("SELECT :a,\n FROM )", 13), ("SELECT 1 +", 11),
        ]
    )
    func refusesUnknownSyntax(sql: String, position: Int) async {
        let problems = await sqlGuard.inspect(sql).problems
        #expect(problems.map(\.code) == [.syntaxError])
        #expect(problems.first?.place.position == position)
        #expect(problems.first?.message.contains("Loupe's grammar is PostgreSQL 15's") == true)
    }

    @Test("The parameters are named in order of first appearance")
    func parameters() async {
        let report = await sqlGuard.inspect("SELECT :b, :a, :b, ':c'")
        #expect(report.parameters == ["b", "a"])
    }

    @Test("check throws what inspect tells")
    func checks() async throws {
        let fine = ParsedSQL("SELECT :a::int WHERE 1 IN (:l)", flavour: .postgres)
        #expect(try await sqlGuard.check(fine.placeholders(expanding: ["l": 10_000])).statement == .select)
        let bad = ParsedSQL("DROP TABLE t", flavour: .postgres)
        await #expect(throws: LoupeError.self) { try await sqlGuard.check(bad.placeholders()) }
    }
}
