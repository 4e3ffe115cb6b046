import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("Reading a SQLite file")
struct SQLiteReadingTests {
    @Test("Values come as they are stored, each by its own class")
    func values() async throws {
        let fixture = try SQLiteFixture(
            """
            CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, f BOOLEAN, d DATE, ts TIMESTAMP, j JSON, n NUMERIC);
            INSERT INTO t VALUES (9007199254740991, 1.5, 'ü"\\', x'00ff', 1, '2026-01-31', '2026-01-31 09:30:00.5', '{"a": [1]}', 7);
            INSERT INTO t VALUES (9007199254740993, 1e300, '', x'', 0, NULL, 'never', 'no json', 1.25);
            INSERT INTO t VALUES (-9223372036854775808, 9e999, 5, 'text', 2, 20260131, 1769850000, NULL, '1e');
            INSERT INTO t VALUES ('five', -9e999, CAST(x'c328' AS TEXT), NULL, 'x', '', '2026-01-31T09:30:00Z', '[1,\n 2]', 0.1);
            """
        )
        let result = try await fixture.connector().read(Statement(sql: "SELECT * FROM t"))
        #expect(
            result.rows == [
                #"[9007199254740991,1.5,"ü\"\\","\\x00ff",true,"2026-01-31","2026-01-31T09:30:00.5",{"a": [1]},7]"#,
                #"["9007199254740993",1e+300,"","\\x",false,null,"never","no json",1.25]"#,
                #"["-9223372036854775808","Infinity","5","text",2,20260131,1769850000,null,"1e"]"#,
                #"["five","-Infinity","\#u{FFFD}(",null,"x","","2026-01-31T09:30:00Z",[1,  2],0.1]"#,
            ]
        )
        #expect(
            result.columns.map(\.kind) == [
                .integer, .float, .text, .bytes, .boolean, .date, .timestamp, .json, .float,
            ]
        )
        #expect(result.columns.map(\.dataType).prefix(3) == ["integer", "real", "text"])
        #expect(result.truncation == nil)
    }

    @Test("Columns of expressions are what their first rows are, and share no key")
    func expressions() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2);")
        let sql = """
            SELECT count(*) AS n, avg(a) AS n, 'x' AS s, x'00' AS b, NULL AS z, sum(a) AS total FROM t
            UNION ALL SELECT NULL, 2, 'y', NULL, NULL, 1.5
            """
        let columns = try await fixture.connector().read(Statement(sql: sql)).columns
        #expect(columns.map(\.kind) == [.integer, .float, .text, .bytes, .text, .float])
        #expect(columns.map(\.key) == ["n", "n_2", "s", "b", "z", "total"])
    }

    @Test("Parameters are bound with their types, once a name")
    func parameters() async throws {
        let connector = try SQLiteFixture().connector()
        let rows = try await connector.rows(
            "SELECT :s, typeof(:i), :i, typeof(:f), :f, :b, :d, :ts, :n IS NULL, :s",
            [
                BoundParameter(name: "s", type: .string, value: .string("o'Brien; --")),
                BoundParameter(name: "i", type: .number, value: .number("9223372036854775807")),
                BoundParameter(name: "f", type: .number, value: .number("2.50")),
                BoundParameter(name: "b", type: .boolean, value: .boolean(true)),
                BoundParameter(name: "d", type: .date, value: .date("2026-01-31")),
                BoundParameter(name: "ts", type: .datetime, value: .datetime("2026-01-31T09:30:00.250+01:00")),
                BoundParameter(name: "n", type: .string, value: .null),
            ]
        )
        #expect(
            rows == [
                #"["o'Brien; --","integer","9223372036854775807","real",2.5,1,"2026-01-31","2026-01-31 08:30:00.250",1,"o'Brien; --"]"#
            ]
        )
    }

    @Test(
        "A list is matched by IN, by NOT IN and by json_each, also when it is empty",
        arguments: [
            (["1", "3"], ["[1]", "[3]"], ["[2]"]), ([], [], ["[1]", "[2]", "[3]"]), (["9"], [], ["[1]", "[2]", "[3]"]),
        ] as [([String], [String], [String])]
    )
    func lists(values: [String], matching: [String], others: [String]) async throws {
        let connector = try SQLiteFixture("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3);").connector()
        let list = BoundParameter(
            name: "x",
            type: .number,
            isMultiple: true,
            value: .list(values.map { .number($0) })
        )
        #expect(try await connector.rows("SELECT a FROM t WHERE a IN (:x) ORDER BY a", [list]) == matching)
        #expect(try await connector.rows("SELECT a FROM t WHERE a NOT IN (:x) ORDER BY a", [list]) == others)
        let each = "SELECT a FROM t WHERE a IN (SELECT value FROM json_each(:x)) ORDER BY a"
        #expect(try await connector.rows(each, [list]) == matching)
    }

    @Test("A time is bound as the clocks of the statement's zone show it, in summer and in winter, alone and in a list")
    func zones() async throws {
        let connector = try SQLiteFixture().connector()
        func moment(_ name: String, _ text: String) -> BoundParameter {
            BoundParameter(name: name, type: .datetime, value: .datetime(text))
        }
        let list = BoundParameter(
            name: "all",
            type: .datetime,
            isMultiple: true,
            value: .list([.datetime("2026-07-31T22:30:00Z")])
        )
        let statement = Statement(
            sql: "SELECT :winter, :summer, :plain, '2026-08-01 00:30:00' IN (:all), :all",
            parameters: [
                moment("winter", "2026-01-31T09:30:00Z"), moment("summer", "2026-07-31T09:30:00-02:00"),
                moment("plain", "2026-01-31T09:30:00"), list,
            ],
            timeZone: "Europe/Berlin"
        )
        let expected =
            #"["2026-01-31 10:30:00","2026-07-31 13:30:00","2026-01-31 09:30:00",1,"[\"2026-08-01 00:30:00\"]"]"#
        #expect(try await connector.read(statement).rows == [expected])
    }

    @Test(
        "An empty list matches nothing and excludes nothing, whatever stands around it",
        arguments: [
            "1 = 2 OR 1 NOT IN (:x)", "NOT 1 IN (:x)", "1 = (1 NOT IN (:x))", "0 = (1 IN (:x)) AND 1 NOT IN (:x)",
            "(NULL NOT IN (:x)) = 1", "(1 IN (:x)) IS NOT NULL",
        ]
    )
    func emptyList(condition: String) async throws {
        let empty = BoundParameter(name: "x", type: .number, isMultiple: true, value: .list([]))
        let rows = try await SQLiteFixture().connector().rows("SELECT 7 WHERE \(condition)", [empty])
        #expect(rows == ["[7]"])
    }

    @Test("What is wrong with a statement that reads no table is said as of any other, also on a new connection")
    func withoutTable() async throws {
        for sql in ["SELECT wrong", "EXPLAIN QUERY PLAN SELECT wrong"] {
            let fixture = try SQLiteFixture("CREATE TABLE t (a INTEGER);")
            let failure = try await fixture.connector().failure(sql)
            #expect(failure?.code == "SQLITE_ERROR")
            #expect(failure?.message == "no such column: wrong")
            #expect(failure?.position == sql.utf8.count - 4)
        }
    }

    @Test("A list of ten thousand values is bound")
    func longList() async throws {
        let list = ParameterValue.list((0..<10_000).map { .number(String($0)) })
        let parameter = BoundParameter(name: "x", type: .number, isMultiple: true, value: list)
        let rows = try await SQLiteFixture().connector().rows("SELECT 9999 IN (:x), 10000 IN (:x)", [parameter])
        #expect(rows == ["[1,0]"])
    }

    @Test("A parameter without a value is named")
    func missingParameter() async throws {
        let failure = try await SQLiteFixture().connector().failure("SELECT :absent")
        #expect(failure?.message == "The parameter :absent has no value")
    }

    @Test("Rows stream in blocks of about the size asked for")
    func blocks() async throws {
        let connector = try SQLiteFixture().connector()
        let sql = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n"
        let sizes = try await connector.run(Statement(sql: sql, limits: RowLimits(maxRows: 100_000))) { stream in
            var sizes: [Int] = []
            while true {
                let batch = try await stream.next(target: 10_000)
                sizes.append(batch.block.bytes.count)
                if case .end = batch.continuation { return sizes }
            }
        }
        #expect(sizes.count > 10)
        #expect(sizes.allSatisfy { $0 < 10_100 })
    }

    @Test("Rows, bytes and one large cell cut a result, and it says which")
    func limits() async throws {
        let connector = try SQLiteFixture(
            "CREATE TABLE t (a); INSERT INTO t VALUES ('one'), ('two'), (zeroblob(20000000)), ('four');"
        ).connector()
        func read(_ sql: String, _ limits: RowLimits) async throws -> ReadResult {
            try await connector.read(Statement(sql: sql, limits: limits))
        }
        let two = "SELECT a FROM t LIMIT 2"
        #expect(try await read(two, RowLimits(maxRows: 2)).truncation == nil)
        #expect(try await read(two, RowLimits(maxRows: 1)).truncation == .rows)
        #expect(try await read(two, RowLimits(maxRows: 1)).rows == [#"["one"]"#])
        #expect(try await read(two, RowLimits(maxBytes: 10)).truncation == .bytes)
        #expect(try await read(two, RowLimits(maxCellBytes: 2)).rows == [])
        let all = try await read("SELECT a FROM t", RowLimits())
        #expect(all.rows == [#"["one"]"#, #"["two"]"#])
        #expect(all.truncation == .bytes)
        let built = try await read("SELECT zeroblob(900000000)", RowLimits())
        #expect(built.rows == [])
        #expect(built.truncation == .bytes)
        // SQLite gives NULL where its printf would make a value past the limit.
        #expect(try await read("SELECT printf('%.*c', 20000000, 'x')", RowLimits()).rows == ["[null]"])
    }

    @Test("An error has its code and its place in the person's text")
    func errors() async throws {
        let connector = try SQLiteFixture("CREATE TABLE t (a)").connector()
        let failure = try #require(try await connector.failure("SELECT 'ü',\n  wrong FROM t"))
        #expect(failure.code == "SQLITE_ERROR")
        #expect(failure.message == "no such column: wrong")
        #expect(failure.position == 15)
        #expect(failure.line == 2)
        #expect(failure.column == 3)
        #expect(try await connector.failure("SELECT * FROM nowhere")?.message == "no such table: nowhere")
        #expect(try await connector.failure("SELEC 1")?.position == 1)
    }

    @Test("The schema shows tables, views, columns, keys and estimates")
    func schema() async throws {
        let fixture = try SQLiteFixture(
            """
            CREATE TABLE airlines (carrier TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE flights (id INTEGER PRIMARY KEY, carrier TEXT REFERENCES airlines, tail TEXT,
              delay REAL, late BOOLEAN GENERATED ALWAYS AS (delay > 15),
              FOREIGN KEY (tail) REFERENCES planes (tailnum));
            CREATE TABLE planes (tailnum TEXT PRIMARY KEY);
            CREATE VIEW late AS SELECT * FROM flights WHERE delay > 15;
            CREATE VIEW broken AS SELECT * FROM nowhere;
            CREATE VIRTUAL TABLE words USING fts5(body);
            CREATE INDEX by_carrier ON flights (carrier);
            INSERT INTO flights (carrier) VALUES ('AA'), ('UA'), ('AA');
            ANALYZE;
            """
        )
        let tables = try await fixture.connector().introspect()
        #expect(tables.map(\.name) == ["airlines", "broken", "flights", "late", "planes", "words"])
        #expect(tables.map(\.kind) == [.table, .view, .table, .view, .table, .table])
        let flights = try #require(tables.first { $0.name == "flights" })
        #expect(flights.rowEstimate == 3)
        #expect(flights.columns.map(\.name) == ["id", "carrier", "tail", "delay", "late"])
        #expect(flights.columns.map(\.dataType) == ["integer", "text", "text", "real", "boolean"])
        #expect(flights.columns.map(\.isPrimaryKey) == [true, false, false, false, false])
        #expect(flights.columns.map(\.references) == [nil, "main.airlines.carrier", "main.planes.tailnum", nil, nil])
        #expect(tables.first?.columns.map(\.isNullable) == [false, false])
    }

    @Test("Full-text search works as the file offers it")
    func fullText() async throws {
        let fixture = try SQLiteFixture(
            "CREATE VIRTUAL TABLE w USING fts5(body); INSERT INTO w VALUES ('a lamp'), ('two lamps'), ('a door');"
        )
        let rows = try await fixture.connector().rows("SELECT highlight(w, 0, '<', '>') FROM w WHERE w MATCH 'lamp'")
        #expect(rows == [#"["a <lamp>"]"#])
    }

    @Test("An R*Tree is read")
    func spatial() async throws {
        let fixture = try SQLiteFixture("CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES (7, 1, 2);")
        #expect(try await fixture.connector().rows("SELECT id FROM r WHERE a >= 1") == ["[7]"])
        #expect(try await fixture.connector().failure("DELETE FROM r_node") != nil)
        #expect(try await fixture.connector().failure("UPDATE sqlite_master SET sql = ''") != nil)
    }
}
