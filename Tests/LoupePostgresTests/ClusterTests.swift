import LoupeTestSupport
import Testing

@Suite("The clusters that tests use")
struct ClusterTests {
    @Test("A test's database is its own and gone after")
    func ownDatabase() async throws {
        let name = try await TestPostgres.withDatabase { url in
            try await TestPostgres.psql(url, "SELECT current_database()")
        }
        #expect(name.hasPrefix("loupe_test_"))
        let left = try await TestPostgres.psql(
            try TestPostgres.clusterURL(),
            "SELECT count(*) FROM pg_database WHERE datname = '\(name)'"
        )
        #expect(left == "0")
    }

    @Test("A private cluster survives a restart and a crash")
    func privateCluster() async throws {
        try await PrivatePostgres.withCluster(tls: true, settings: ["max_connections=7"]) { cluster in
            #expect(try await TestPostgres.psql(cluster.url, "SHOW max_connections") == "7")
            try await cluster.restart()
            try await cluster.kill()
            try await cluster.start()
            #expect(try await TestPostgres.psql(cluster.url + "?sslmode=require", "SHOW ssl") == "on")
        }
    }
}
