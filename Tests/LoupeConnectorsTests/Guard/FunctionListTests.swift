import LoupeTestSupport
import Testing

@testable import LoupeConnectors

@Suite("The guard's function lists")
struct FunctionListTests {
    @Test("Every volatile function of pg_catalog is on exactly one of the two lists")
    func coversCatalog() async throws {
        let names = try await volatileFunctions(of: TestPostgres.clusterURL(), in: "n.nspname = 'pg_catalog'")
        #expect(names.count > 200)
        #expect(unjudged(names) == [])
    }

    @Test("Every volatile function of the contrib modules is on exactly one of the two lists")
    func coversContrib() async throws {
        try await TestPostgres.withDatabase { url in
            let available = try await TestPostgres.psql(url, "SELECT name FROM pg_available_extensions")
            let wanted = available.split(separator: "\n").map(String.init).filter(FunctionListTests.contrib.contains)
            for name in wanted {
                try await TestPostgres.psql(url, "CREATE EXTENSION IF NOT EXISTS \"\(name)\" CASCADE")
            }
            let names = try await volatileFunctions(of: url, in: "n.nspname = 'public'")
            #expect(unjudged(names) == [])
        }
    }

    @Test("No function is on both lists")
    func listsAreApart() {
        for (_, names) in FunctionRules.refusedNames {
            #expect(names.isDisjoint(with: FunctionRules.allowedVolatile))
        }
        #expect(FunctionRules.allowedVolatile.filter { FunctionRules.refusal(of: $0, isCall: true) != nil } == [])
    }

    @Test("PostgreSQL calls a function by a field's notation, which is why columns are judged")
    func fieldNotationCalls() async throws {
        let url = try TestPostgres.clusterURL()
        let called = try await TestPostgres.psql(url, "SELECT x.upper, ('b'::text).upper FROM lower('A') x")
        #expect(called == "A|B")
    }

    /// What PostgreSQL 15's own contrib directory offers; other extensions of a machine are not ours to judge.
    private static let contrib: Set<String> = [
        "adminpack", "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int",
        "dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray",
        "isn", "lo", "ltree", "moddatetime", "old_snapshot", "pageinspect", "pg_buffercache", "pg_freespacemap",
        "pg_prewarm", "pg_stat_statements", "pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect", "pgcrypto",
        "pgrowlocks", "pgstattuple", "postgres_fdw", "refint", "seg", "sslinfo", "tablefunc", "tcn",
        "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "xml2",
    ]

    private func volatileFunctions(of url: String, in schemas: String) async throws -> [String] {
        let output = try await TestPostgres.psql(
            url,
            """
            SELECT DISTINCT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.provolatile = 'v' AND \(schemas)
            """
        )
        return output.split(separator: "\n").map(String.init)
    }

    private func unjudged(_ names: [String]) -> [String] {
        names.filter { name in
            FunctionRules.allowedVolatile.contains(name)
                == FunctionRules.refusedNames.contains { $0.names.contains(name) }
        }
    }
}
