import Foundation

/// Databases of their own for tests, on the cluster that `LOUPE_TEST_POSTGRES_URL` names.
package enum TestPostgres {
    /// The cluster is missing or not what it must be. A test that needs PostgreSQL fails with it: it is never skipped.
    package struct Missing: Error, CustomStringConvertible {
        package init() {}

        package var description: String {
            "LOUPE_TEST_POSTGRES_URL must be the URL of a superuser on a throw-away PostgreSQL cluster, "
                + "such as postgres://postgres@127.0.0.1:5432/postgres; scripts/test starts one"
        }
    }

    /// The cluster's own URL, for what concerns the cluster as a whole.
    package static func clusterURL() throws -> String {
        guard let url = ProcessInfo.processInfo.environment["LOUPE_TEST_POSTGRES_URL"], !url.isEmpty else {
            throw Missing()
        }
        return url
    }

    /// Makes an empty UTF-8 database, gives its URL to `body` and drops it after, whoever is still connected.
    package static func withDatabase<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        let cluster = try clusterURL()
        guard var components = URLComponents(string: cluster) else { throw Missing() }
        let name = "loupe_test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        components.path = "/\(name)"
        guard let url = components.string else { throw Missing() }
        // template0, as nobody can be connected to it: template1 would refuse now and then.
        try await psql(cluster, "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8'")
        do {
            let value = try await body(url)
            try await psql(cluster, "DROP DATABASE \(name) WITH (FORCE)")
            return value
        } catch {
            _ = try? await psql(cluster, "DROP DATABASE \(name) WITH (FORCE)")  // the body's error matters more
            throw error
        }
    }

    /// Runs SQL as a superuser would by hand; the output without headers, columns apart by `|`.
    @discardableResult
    package static func psql(_ url: String, _ sql: String) async throws -> String {
        try await TestProcess.run(["psql", "--no-psqlrc", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql])
    }
}
