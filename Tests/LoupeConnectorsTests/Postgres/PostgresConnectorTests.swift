import LoupeConnectors
import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Testing and looking into a PostgreSQL datasource")
struct PostgresConnectorTests {
    @Test("A test says what is wrong in a phrase of a closed set")
    func phrases() async throws {
        try await TestPostgres.withDatabase { url in
            let base = try PostgresOptions(url: url)
            let port = base.endpoints[0].port
            let silent = try SilentServer()
            let cases: [(String, String)] = [
                ("postgres://u@no-such-host.invalid/d", "The host is unknown"),
                ("postgres://u@127.0.0.1:1/d", "The host refused the connection: nothing listens on this port"),
                ("postgres://u@127.0.0.1:\(silent.port)/d?connect_timeout=1", "The server did not answer in time"),
                ("postgres://postgres@127.0.0.1:\(port)/nosuch", "There is no such database"),
                ("postgres://nosuch@127.0.0.1:\(port)/postgres", "The server does not let this user in"),
                (
                    "postgres://postgres@127.0.0.1:\(port)/postgres?sslmode=require",
                    "No TLS connection could be made: check the TLS mode and the server's certificate"
                ),
                ("postgres://u@169.254.169.254/d", "This address is not allowed for datasources"),
                ("postgres://u@%2Ftmp/d", "Local sockets are not allowed on this server"),
            ]
            for (url, message) in cases {
                let test = await (try PostgresFixture.connector(url)).test()
                #expect(!test.success && test.message == message)
            }
        }
    }

    @Test("A test warns of what the role could do beyond reading")
    func warnings() async throws {
        try await PrivatePostgres.withCluster { cluster in
            try await TestPostgres.psql(
                cluster.url,
                """
                REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE ALL ON DATABASE postgres FROM PUBLIC;
                CREATE TABLE t (a int); CREATE ROLE reader LOGIN; GRANT CONNECT ON DATABASE postgres TO reader;
                GRANT SELECT ON t TO reader; CREATE ROLE writer LOGIN; GRANT CONNECT ON DATABASE postgres TO writer;
                GRANT UPDATE (a) ON t TO writer; GRANT pg_read_server_files, pg_execute_server_program TO writer
                """
            )
            func test(_ user: String) async throws -> ConnectionTest {
                let connector = try PostgresFixture.connector("postgres://\(user)@127.0.0.1:\(cluster.port)/postgres")
                return await connector.test()
            }
            let reader = try await test("reader")
            #expect(reader.success && reader.message == "Connected" && reader.warnings.isEmpty && reader.latency != nil)
            #expect(
                try await test("writer").warnings
                    == [
                        "This role can write to this database", "This role can read files of the server",
                        "This role can run programs on the server",
                    ]
            )
            #expect(try await test("postgres").warnings.first == "This role is a superuser")
        }
    }

    @Test("Loupe's own database is refused, however it is addressed")
    func ownDatabase() async throws {
        try await TestPostgres.withDatabase { url in
            let pool = PostgresPool(options: try PostgresOptions(url: url), logger: PostgresFixture.logger)
            let identity = try await pool.withConnection { connection in
                try await connection.run { session in try PostgresIdentity.read(session) }
            }
            await pool.close()
            #expect(identity.systemIdentifier != nil)
            let byName = url.replacing("127.0.0.1", with: "localhost")
            for url in [url, byName] {
                let connector = try PostgresFixture.connector(url, refused: [identity])
                #expect(await connector.test().message == "This is Loupe's own database")
                #expect(try await connector.failure("SELECT 1")?.code == "rejected")
                await #expect(throws: QueryFailure.self) { try await connector.introspect() }
                await connector.close()
            }
            let other = try PostgresFixture.connector(try TestPostgres.clusterURL(), refused: [identity])
            #expect(await other.test().success)
        }
    }

    @Test("Tables, views, columns, keys and references are found")
    func schema() async throws {
        let setUp = """
            CREATE SCHEMA sales;
            CREATE TABLE sales.customer (id int8 PRIMARY KEY, name varchar(50) NOT NULL);
            CREATE TABLE sales."Order" (id int8, line int4, customer_id int8 REFERENCES sales.customer (id), total numeric(10,2),
                gone int, PRIMARY KEY (id, line));
            ALTER TABLE sales."Order" DROP COLUMN gone;
            CREATE VIEW sales.totals AS SELECT id, total FROM sales."Order";
            CREATE MATERIALIZED VIEW sales.daily AS SELECT 1 AS n;
            CREATE TABLE public.parts (day date) PARTITION BY RANGE (day);
            INSERT INTO sales.customer SELECT g, 'c' FROM generate_series(1, 42) g;
            ANALYZE sales.customer
            """
        try await PostgresFixture.withConnector(setUp: setUp) { connector, _ in
            let tables = try await connector.introspect()
            #expect(
                tables.map { "\($0.schema).\($0.name) \($0.kind.rawValue)" } == [
                    "public.parts partitioned", "sales.Order table", "sales.customer table",
                    "sales.daily materialized_view",
                    "sales.totals view",
                ]
            )
            let order = try #require(tables.first { $0.name == "Order" })
            #expect(order.columns.map(\.name) == ["id", "line", "customer_id", "total"])
            #expect(order.columns.map(\.dataType) == ["bigint", "integer", "bigint", "numeric(10,2)"])
            #expect(order.columns.map(\.isPrimaryKey) == [true, true, false, false])
            #expect(order.columns.map(\.isNullable) == [false, false, true, true])
            #expect(order.columns.map(\.references) == [nil, nil, "sales.customer.id", nil])
            #expect(order.rowEstimate == nil)
            #expect(tables.first { $0.name == "customer" }?.rowEstimate == 42)
            #expect(tables.first { $0.name == "totals" }?.rowEstimate == nil)
        }
    }

    @Test("Only what the role may read is shown")
    func visibility() async throws {
        try await PrivatePostgres.withCluster { cluster in
            try await TestPostgres.psql(
                cluster.url,
                """
                CREATE TABLE seen (a int); CREATE TABLE hidden (a int); CREATE TABLE part (a int, b int);
                CREATE ROLE reader LOGIN; GRANT SELECT ON seen TO reader; GRANT SELECT (a) ON part TO reader
                """
            )
            let connector = try PostgresFixture.connector("postgres://reader@127.0.0.1:\(cluster.port)/postgres")
            #expect(try await connector.introspect().map(\.name) == ["part", "seen"])
            await connector.close()
        }
    }

    @Test("Five thousand tables are read at once")
    func manyTables() async throws {
        let setUp = """
            DO $$ BEGIN FOR i IN 1..5000 LOOP
            EXECUTE format('CREATE TABLE t%s (id int8, a text, b int, c timestamptz, d numeric)', i);
            IF i % 500 = 0 THEN COMMIT; END IF; END LOOP; END $$
            """
        try await PostgresFixture.withConnector(setUp: setUp) { connector, _ in
            _ = try await connector.row("SELECT 1")
            let start = ContinuousClock.now
            let tables = try await connector.introspect()
            #expect(tables.count == 5000 && tables.allSatisfy { $0.columns.count == 5 })
            // A debug build on a shared machine: the bound only tells a hang from an answer.
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }
}
