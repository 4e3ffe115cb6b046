import LoupeConnectors
import LoupeCore
import Testing

@Suite("Parameters of a PostgreSQL datasource")
struct PostgresBindingTests {
    /// Stands before each statement, so that no test needs a table of its own.
    private static let table = """
        WITH t AS (SELECT g::int4 AS id, ('n' || g)::varchar(10) AS name, '2026-01-01Z'::timestamptz + g * interval '1 day' AS ts,
            date '2026-01-01' + g AS day, g % 2 = 0 AS flag, g * 1.5 AS amount FROM generate_series(1, 10) g)

        """

    struct Example: Sendable, CustomStringConvertible {
        let sql: String
        let parameters: [BoundParameter]
        let expected: String
        var description: String { sql }

        init(_ sql: String, _ parameters: [BoundParameter], _ expected: String) {
            self.sql = sql
            self.parameters = parameters
            self.expected = expected
        }
    }

    private static let start = BoundParameter(name: "start", type: .datetime, value: .datetime("2026-01-06T00:00:00Z"))
    private static let localStart = BoundParameter(
        name: "start",
        type: .datetime,
        value: .datetime("2026-01-06T00:00:00")
    )
    private static let day = BoundParameter(name: "day", type: .date, value: .date("2026-01-06"))
    private static let noDay = BoundParameter(name: "day", type: .date, value: .null)
    private static let flag = BoundParameter(name: "flag", type: .boolean, value: .boolean(true))

    @Test(
        "A statement finds the types of its parameters",
        arguments: [
            Example("SELECT count(*) FROM t WHERE ts > :start - interval '1 day'", [start], "[6]"),
            Example("SELECT count(*) FROM t WHERE ts > :start", [localStart], "[5]"),
            Example("SELECT count(*) FROM t WHERE :p IS NULL OR id = :p", [.number("p", nil)], "[10]"),
            Example("SELECT count(*) FROM t WHERE :p IS NULL OR id = :p", [.number("p", "3")], "[1]"),
            Example("SELECT count(*) FROM t WHERE :p IS NULL OR name = :p", [.text("p", "n3")], "[1]"),
            Example("SELECT :p IS NULL", [.text("p", nil)], "[true]"),
            Example("SELECT :p IS NULL", [.number("p", "1")], "[false]"),
            Example("SELECT left(name, :n) FROM t WHERE id = 3", [.number("n", "1")], #"["n"]"#),
            Example("SELECT id FROM t WHERE id = :n", [.number("n", "7")], "[7]"),
            Example("SELECT id FROM t WHERE id = :n", [.number("n", "7.0")], "[7]"),
            Example("SELECT id FROM t WHERE amount = :n", [.number("n", "1.5")], "[1]"),
            Example("SELECT id FROM t ORDER BY id LIMIT :n OFFSET :m", [.number("n", "1"), .number("m", "4")], "[5]"),
            Example(
                "SELECT date_trunc(:unit, ts) AS m, count(*) FROM t GROUP BY date_trunc(:unit, ts)",
                [.text("unit", "month")],
                #"["2026-01-01T00:00:00+00:00",10]"#
            ),
            Example(
                "SELECT jsonb_build_object('a', :p, 'b', :n)",
                [.text("p", "x"), .number("n", "2")],
                #"[{"a": "x", "b": 2}]"#
            ),
            Example("SELECT jsonb_build_array(:n)", [.number("n", "2.50")], #"[[2.50]]"#),
            Example("SELECT concat(:p, :n)", [.text("p", "x"), .number("n", "2")], #"["x2"]"#),
            Example("SELECT :p || 'x'", [.text("p", "it's")], #"["it'sx"]"#),
            Example("SELECT :p", [.text("p", "x'; DROP TABLE t; --")], #"["x'; DROP TABLE t; --"]"#),
            Example("SELECT :n + 1", [.number("n", "41")], "[42]"),
            Example("SELECT count(*) FROM t WHERE day >= :day", [day], "[6]"),
            Example("SELECT count(*) FROM t WHERE :day IS NULL OR day >= :day", [noDay], "[10]"),
            Example("SELECT :day + 1", [day], #"["2026-01-07"]"#),
            Example("SELECT count(*) FROM t WHERE flag = :flag", [flag], "[5]"),
            Example("SELECT NOT :flag", [flag], "[false]"),
            Example(
                "SELECT count(*) FROM t WHERE id = ANY(:x)",
                [.list("x", .number, [.number("1"), .number("2")])],
                "[2]"
            ),
            Example(
                "SELECT count(*) FROM t WHERE id IN (:x)",
                [.list("x", .number, [.number("1"), .number("2")])],
                "[2]"
            ),
            Example("SELECT count(*) FROM t WHERE id IN (:x)", [.list("x", .number, [])], "[0]"),
            Example("SELECT count(*) FROM t WHERE id NOT IN (:x)", [.list("x", .number, [])], "[10]"),
            Example("SELECT count(*) FROM t WHERE id = ANY(:x)", [.list("x", .number, [])], "[0]"),
            Example(
                "SELECT count(*) FROM t WHERE name = ANY(:x)",
                [.list("x", .string, [.string("n1"), .string("a\"b\\"), .null, .string("{n2}")])],
                "[1]"
            ),
            Example(
                "SELECT :x::text[]",
                [.list("x", .string, [.string("a\"b\\"), .null])],
                #"["{\"a\\\"b\\\\\",NULL}"]"#
            ),
            Example("SELECT count(*) FROM t WHERE day = ANY(:x)", [.list("x", .date, [.date("2026-01-03")])], "[1]"),
            Example("SELECT count(*) FROM t WHERE day IN (:x)", [.list("x", .date, [.date("2026-01-03")])], "[1]"),
            Example("SELECT array_length(:x, 1)", [.list("x", .number, [.number("1"), .number("2")])], "[2]"),
            Example("SELECT cardinality(:x)", [.list("x", .string, [.string("a")])], "[1]"),
        ]
    )
    func typing(example: Example) async throws {
        try await PostgresFixture.onCluster { connector in
            let row = try await connector.row(Self.table + example.sql, example.parameters)
            #expect(row == example.expected)
        }
    }

    @Test("A name without a value, and a value with a NUL, are refused")
    func refused() async throws {
        try await PostgresFixture.onCluster { connector in
            let missing = try await connector.failure("SELECT :a")
            #expect(missing?.code == "rejected" && missing?.message == "The parameter :a has no value")
            let nul = try await connector.failure("SELECT :a", [.text("a", "x\0y")])
            #expect(nul?.code == "22021")
        }
    }

    @Test("A function that does not exist is still an error, at its place in the person's text")
    func unknownFunction() async throws {
        try await PostgresFixture.onCluster { connector in
            let failure = try await connector.failure(
                "SELECT 'ä', :long_name,\n  nosuch(:x)",
                [.text("long_name", "a"), .text("x", "b")]
            )
            #expect(failure?.code == "42883")
            #expect(failure?.position == 27 && failure?.line == 2 && failure?.column == 3)
        }
    }

    @Test(
        "An empty list matches nothing and excludes nothing, whatever stands around it",
        arguments: [
            "1 = 2 OR id NOT IN (:x)", "NOT id IN (:x)", "true = id NOT IN (:x)", "NOT (false = id NOT IN (:x))",
            "false = id IN (:x)", "id NOT IN (:x) IS TRUE", "id IN (:x) IS FALSE", "name || 'a' NOT IN (:x)",
            "NULL NOT IN (:x)", "(NULL IN (:x)) = false", "amount + 1 NOT IN (:x) AND NOT day IN (:x)",
            "id NOT IN (:x, :x)", "id NOT IN (SELECT g FROM generate_series(20, 30) g WHERE g NOT IN (:x))",
            "CASE WHEN id IN (:x) THEN false ELSE true END", "id NOT IN (:x)::boolean",
        ]
    )
    func emptyList(condition: String) async throws {
        try await PostgresFixture.onCluster { connector in
            let row = try await connector.row(
                Self.table + "SELECT count(*) FROM t WHERE \(condition)",
                [.list("x", .number, [])]
            )
            #expect(row == "[10]")
        }
    }
}
