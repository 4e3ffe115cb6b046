import Foundation
import LoupeConnectors
import LoupeCore
import LoupeTestSupport
import Testing

@Suite("SQL that the guard's grammar cannot read")
struct UnparsedTests {
    /// Of PostgreSQL 17: the server of the tests does not know it either, and its own refusal shows that it was asked.
    private static let newer = "FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$')) AS t"

    private struct Example: Sendable {
        let sql: String
        let allowed: Bool
        let role: String
        let code: String
    }

    @Test("runs where it is allowed, by a role that can only read, and nowhere else")
    func roles() async throws {
        try await PrivatePostgres.withCluster { cluster in
            try await TestPostgres.psql(cluster.url, "CREATE ROLE reader LOGIN; CREATE ROLE writer LOGIN")
            try await TestPostgres.psql(cluster.url, "CREATE TABLE t (a int); GRANT INSERT ON t TO writer")
            let examples = [
                Example(sql: "SELECT a \(Self.newer)", allowed: true, role: "reader", code: "42601"),
                Example(
                    sql: "WITH q AS (SELECT 1) SELECT a \(Self.newer)",
                    allowed: true,
                    role: "reader",
                    code: "42601"
                ),
                Example(sql: "SELECT a \(Self.newer)", allowed: false, role: "reader", code: "rejected"),
                Example(sql: "SELECT a \(Self.newer)", allowed: true, role: "writer", code: "rejected"),
                Example(sql: "SELECT a \(Self.newer)", allowed: true, role: "postgres", code: "rejected"),
                Example(
                    sql: "SELECT pg_read_file('/etc/hostname') \(Self.newer)",
                    allowed: true,
                    role: "reader",
                    code: "rejected"
                ),
                Example(
                    sql: "SELECT x.\"pg_read_file\" \(Self.newer)",
                    allowed: true,
                    role: "reader",
                    code: "rejected"
                ),
                Example(
                    sql: #"SELECT U&"pg_read\005ffile"('x') "# + Self.newer,
                    allowed: true,
                    role: "reader",
                    code: "rejected"
                ),
                Example(
                    sql: "DELETE FROM t RETURNING WITH (OLD AS o) o.a",
                    allowed: true,
                    role: "reader",
                    code: "rejected"
                ),
                Example(sql: "DELETE FROM t", allowed: true, role: "reader", code: "rejected"),
            ]
            for example in examples {
                var components = try #require(URLComponents(string: cluster.url))
                components.user = example.role
                let url = try #require(components.string)
                let connector = try PostgresFixture.connector(url, allowsUnparsed: example.allowed)
                let failure = try await connector.failure(example.sql)
                #expect(failure?.code == example.code, "\(example)")
                await connector.close()
            }
        }
    }

    @Test("tells why it was not let through although the datasource allows it")
    func reason() async throws {
        let connector = try PostgresFixture.connector(try TestPostgres.clusterURL(), allowsUnparsed: true)
        let failure = try await connector.failure("SELECT a \(Self.newer)")
        #expect(failure?.detail == "syntax_error")
        #expect(failure?.message.contains("This role is a superuser") == true)
        #expect(failure?.message.contains("PostgreSQL 15's") == true)
        await connector.close()
    }
}
