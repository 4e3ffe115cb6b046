import Foundation
import GRDBSQLite
import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("What a SQLite statement may not do")
struct SQLiteGuardTests {
    @Test(
        "Statements that do anything but read are refused",
        arguments: [
            "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "REPLACE INTO t VALUES (1)",
            "DROP TABLE t",
            "CREATE TABLE u (a)", "CREATE TEMP TABLE u (a)", "CREATE VIEW v AS SELECT 1", "ALTER TABLE t ADD b",
            "BEGIN",
            "COMMIT", "SAVEPOINT s", "VACUUM", "VACUUM INTO '/tmp/x.db'", "ANALYZE", "REINDEX",
            "ATTACH ':memory:' AS x",
            "ATTACH '/etc/passwd' AS x", "DETACH main", "PRAGMA journal_mode = wal", "PRAGMA writable_schema = 1",
            "PRAGMA query_only = 0", "PRAGMA temp_store_directory = '/tmp'", "PRAGMA hard_heap_limit = 1",
            "INSERT INTO t VALUES (1) RETURNING a", "WITH x AS (SELECT 1) DELETE FROM t RETURNING a",
            "EXPLAIN INSERT INTO t VALUES (1)", "CREATE VIRTUAL TABLE v USING fts5(a)",
            "SELECT load_extension('/tmp/x.so')", "SELECT \"load_extension\"('/tmp/x.so')",
            "SELECT LOAD_EXTENSION('x')",
            "SELECT fts3_tokenizer('x')", "SELECT * FROM sqlite_dbpage", "SELECT * FROM dbstat",
            "SELECT * FROM sqlite_stmt",
            "SELECT * FROM pragma_database_file", "SELECT * FROM pragma_journal_mode", "SELECT count(*) FROM dbstat",
            "SELECT * FROM pragma_wal_checkpoint", "SELECT * FROM pragma_compile_options",
        ]
    )
    func refuses(sql: String) async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES (42);")
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        let failure = try await fixture.connector().failure(sql)
        #expect(failure != nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
    }

    @Test(
        "A refusal says what and where",
        arguments: [
            ("SELECT 1,\n load_extension('x')", "function_refused", 12), ("DELETE FROM t", "not_read_only", 1),
            (" ATTACH 'x' AS y", "not_read_only", 2), ("SELECT 1; SELECT 2", "multiple_statements", 11),
            ("SELECT ?", "positional_parameter", 8), ("-- nothing", "empty", 11),
            ("SELECT 'a\0b'", "nul_character", 10),
        ]
    )
    func tells(sql: String, code: String, position: Int) async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a)")
        let failure = try #require(try await fixture.connector().failure(sql))
        #expect(failure.code == "rejected")
        #expect(failure.detail == code)
        #expect(failure.position == position)
    }

    @Test(
        "Statements that read go through",
        arguments: [
            "SELECT 1", "VALUES (1)", "SELECT 1; -- done\n ;", "WITH RECURSIVE n(i) AS (SELECT 1) SELECT * FROM n",
            "EXPLAIN SELECT * FROM t", "EXPLAIN QUERY PLAN SELECT * FROM t", "SELECT * FROM pragma_table_info('t')",
            "SELECT name FROM sqlite_schema", "SELECT sum(a) OVER (ORDER BY a), date('now'), json('[1]') ->> 0 FROM t",
            "SELECT * FROM json_each('[1, 2]')", "SELECT group_concat(a), total(a), a LIKE '%x%', a GLOB '*' FROM t",
        ]
    )
    func passes(sql: String) async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES (42);")
        #expect(try await fixture.connector().failure(sql) == nil)
    }

    @Test("Every function that this SQLite offers is on exactly one of the two lists")
    func functionLists() throws {
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        #expect(sqlite3_open(":memory:", &database) == SQLITE_OK)
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        sqlite3_prepare_v2(database, "SELECT DISTINCT name FROM pragma_function_list", -1, &statement, nil)
        var names: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            names.append(String(cString: try #require(sqlite3_column_text(statement, 0))))
        }
        #expect(names.count > 100)
        let unjudged = names.filter {
            SQLiteFunctions.allowed.contains($0) == SQLiteFunctions.refused.contains($0)
        }
        #expect(unjudged == [])
    }

    @Test("Expressions too deep and compounds too long are refused by SQLite's own limits")
    func limits() async throws {
        let connector = try SQLiteFixture().connector()
        let deep = "SELECT " + String(repeating: "(1+", count: 300) + "1" + String(repeating: ")", count: 300)
        #expect(try await connector.failure(deep)?.code == "SQLITE_ERROR")
        let long = Array(repeating: "SELECT 1", count: 200).joined(separator: " UNION ALL ")
        #expect(try await connector.failure(long)?.code == "SQLITE_ERROR")
    }

    @Test("A view that calls a refused function is refused as well")
    func views() async throws {
        let fixture = try SQLiteFixture("CREATE VIEW v AS SELECT load_extension('x')")
        #expect(try await fixture.connector().failure("SELECT * FROM v") != nil)
    }
}
