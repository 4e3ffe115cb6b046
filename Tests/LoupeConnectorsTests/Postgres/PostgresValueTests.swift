import LoupeConnectors
import LoupeCore
import Testing

@Suite("Values of a PostgreSQL datasource")
struct PostgresValueTests {
    @Test(
        "Each type stands in JSON as the API says",
        arguments: [
            ("1::int2, (-2147483648)::int4, 5::oid", "[1,-2147483648,5]"),
            ("9007199254740991::int8, (-9007199254740991)::int8", "[9007199254740991,-9007199254740991]"),
            ("9007199254740992::int8, (-9007199254740992)::int8", #"["9007199254740992","-9007199254740992"]"#),
            (
                "9223372036854775807::int8, (-9223372036854775808)::int8",
                #"["9223372036854775807","-9223372036854775808"]"#
            ),
            (
                "1.10::numeric, 'NaN'::numeric, '-Infinity'::numeric, 1e30::numeric",
                #"["1.10","NaN","-Infinity","1000000000000000000000000000000"]"#
            ),
            ("0.1::float8, 1e300::float8, 0.1::float4, '-0'::float8", "[0.1,1e+300,0.1,-0]"),
            ("'NaN'::float8, 'Infinity'::float4, '-Infinity'::float8", #"["NaN","Infinity","-Infinity"]"#),
            ("true, false, NULL::bool", "[true,false,null]"),
            (#"E'a"\\\n\t\u00e9', ''"#, #"["a\"\\\n\té",""]"#),
            ("'\\x00ff'::bytea, ''::bytea", #"["\\x00ff","\\x"]"#),
            ("'{1,NULL,3}'::int4[], ARRAY['a b', NULL, 'c\"']", #"["{1,NULL,3}","{\"a b\",NULL,\"c\\\"\"}"]"#),
            ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", #"["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]"#),
            (
                "'2026-01-31'::date, '09:30:00.5'::time, '1 mon 2 days 03:04:05'::interval",
                #"["2026-01-31","09:30:00.5","1 mon 2 days 03:04:05"]"#
            ),
            (
                "'2026-01-31 09:30:00.123456'::timestamp, '2026-01-31'::timestamp",
                #"["2026-01-31T09:30:00.123456","2026-01-31T00:00:00"]"#
            ),
            (
                "'infinity'::timestamptz, '-infinity'::timestamp, '0044-03-15 12:00 BC'::timestamp",
                #"["infinity","-infinity","0044-03-15 12:00:00 BC"]"#
            ),
            ("'12026-01-31 09:30'::timestamp", #"["12026-01-31 09:30:00"]"#),
            (#"'{"b": [1, 2], "a": null}'::jsonb, '[1.50, "x"]'::json"#, #"[{"a": null, "b": [1, 2]},[1.50, "x"]]"#),
            ("E'{\n  \"a\":\n 1}'::json, 'null'::json, NULL::json", #"[{   "a":  1},null ,null]"#),
            ("(1, 'x')::record, int4range(1, 5), '10.0.0.1'::inet", #"["(1,x)","[1,5)","10.0.0.1"]"#),
        ]
    )
    func json(expressions: String, expected: String) async throws {
        try await PostgresFixture.onCluster { connector in
            let row = try await connector.row("SELECT \(expressions)")
            #expect(row == expected)
        }
    }

    @Test(
        "A timestamptz keeps the session's offset and its microseconds",
        arguments: [
            ("UTC", "2026-01-31T08:30:00.123456+00:00"), ("Europe/Zurich", "2026-01-31T09:30:00.123456+01:00"),
            ("Asia/Kolkata", "2026-01-31T14:00:00.123456+05:30"),
            ("America/New_York", "2026-01-31T03:30:00.123456-05:00"),
        ]
    )
    func zones(zone: String, expected: String) async throws {
        try await PostgresFixture.onCluster { connector in
            let row = try await connector.row("SELECT '2026-01-31 08:30:00.123456Z'::timestamptz", timeZone: zone)
            #expect(row == "[\"\(expected)\"]")
        }
    }

    @Test("An offset with seconds, which RFC 3339 cannot say, stays the database's text")
    func oldOffset() async throws {
        try await PostgresFixture.onCluster { connector in
            let row = try await connector.row("SELECT '1880-01-01Z'::timestamptz", timeZone: "Europe/Amsterdam")
            #expect(row.contains("1880-01-01 00:"))
        }
    }

    @Test("Kinds and type names of every sort of type")
    func kinds() async throws {
        let setUp = """
            CREATE DOMAIN positive AS numeric(10,2) CHECK (VALUE > 0); CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE t (a positive, b mood, c mood[], d varchar(20), e "char", f numeric)
            """
        try await PostgresFixture.withConnector(setUp: setUp) { connector, _ in
            let table = try await connector.collect("SELECT * FROM t")
            #expect(table.kinds == [.decimal, .text, .array, .text, .text, .decimal])
            #expect(
                table.columns.map(\.dataType)
                    == ["numeric(10,2)", "mood", "mood[]", "character varying(20)", #""char""#, "numeric"]
            )
            let all = try await connector.collect(
                """
                SELECT 1::int2, 1::int4, 1::int8, 1::numeric, 1::float4, 1::float8, true, 'x'::text, now()::timestamp, now(),
                    now()::date, now()::time, now()::timetz, '1 day'::interval, '1'::json, '1'::jsonb, ''::bytea, '{1}'::int4[],
                    gen_random_uuid(), '1'::money, 'a'::name
                """
            )
            #expect(
                all.kinds
                    == [
                        .integer, .integer, .integer, .decimal, .float, .float, .boolean, .text, .timestamp,
                        .timestamptz,
                        .date, .time, .time, .interval, .json, .json, .bytes, .array, .uuid, .text, .text,
                    ]
            )
            #expect(all.columns[9].dataType == "timestamp with time zone" && all.columns[17].dataType == "integer[]")
            let keys = try await connector.collect("SELECT 1 AS id, 2 AS id")
            #expect(keys.columns.map(\.name) == ["id", "id"] && keys.columns.map(\.key) == ["id", "id_2"])
        }
    }

    @Test("Deeply nested JSON passes as it is")
    func deepJSON() async throws {
        try await PostgresFixture.onCluster { connector in
            let depth = 2000
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let row = try await connector.row("SELECT :j::json", [.text("j", text)])
            #expect(row == "[\(text)]")
        }
    }

    @Test("A database's own settings do not change how values stand")
    func pinnedSettings() async throws {
        let setUp = """
            DO $$ DECLARE db text := current_database(); BEGIN
            EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German''', db);
            EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''iso_8601''', db);
            EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', db);
            EXECUTE format('ALTER DATABASE %I SET extra_float_digits = ''-5''', db);
            EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', db);
            EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', db); END $$
            """
        try await PostgresFixture.withConnector(setUp: setUp) { connector, _ in
            let row = try await connector.row(
                #"SELECT '2026-01-31'::date, '1 day'::interval, '\x01'::bytea, 0.1::float8 + 0.2, 'a\nb', '2026-01-31Z'::timestamptz"#
            )
            #expect(row == #"["2026-01-31","1 day","\\x01",0.30000000000000004,"a\\nb","2026-01-31T00:00:00+00:00"]"#)
        }
    }
}
