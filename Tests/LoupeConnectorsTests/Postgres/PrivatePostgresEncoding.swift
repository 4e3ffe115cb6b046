import Foundation
import LoupeConnectors
import LoupeTestSupport

/// A database of the encoding SQL_ASCII, which takes any byte.
enum PrivatePostgresEncoding {
    static func withDatabase<Value: Sendable>(_ body: (PostgresConnector) async throws -> Value) async throws -> Value {
        let cluster = try TestPostgres.clusterURL()
        let name = "loupe_ascii_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await TestPostgres.psql(
            cluster,
            "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        var url = URLComponents(string: cluster)
        url?.path = "/\(name)"
        let connector = try PostgresFixture.connector(url?.string ?? "")
        let value: Result<Value, any Error>
        do {
            value = .success(try await body(connector))
        } catch {
            value = .failure(error)
        }
        await connector.close()
        try await TestPostgres.psql(cluster, "DROP DATABASE \(name) WITH (FORCE)")
        return try value.get()
    }
}
