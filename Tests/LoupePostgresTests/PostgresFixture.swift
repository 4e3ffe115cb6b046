import Logging
import LoupePostgres
import LoupeTestSupport

/// Short forms for the tests of this module.
enum PostgresFixture {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func options(_ url: String) throws -> PostgresOptions {
        var options = try PostgresOptions(url: url)
        options.applicationName = "loupe-tests"
        return options
    }

    static func withConnection<Value: Sendable>(
        preparedStatements limit: Int = 256,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await TestPostgres.withDatabase { url in
            var options = try options(url)
            options.preparedStatementLimit = limit
            let connection = try await PostgresConnection.connect(options, logger: logger)
            return try await body(connection)
        }
    }

    static func withPool<Value: Sendable>(
        _ configuration: PostgresPoolConfiguration = PostgresPoolConfiguration(),
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        try await TestPostgres.withDatabase { url in
            let pool = PostgresPool(options: try options(url), configuration: configuration, logger: logger)
            let value = try await body(pool)
            await pool.close()
            return value
        }
    }
}

extension PostgresPool {
    /// One statement's first integer.
    func int(_ sql: String, _ values: [PostgresValue] = []) async throws -> Int64 {
        try await withConnection { connection in try await connection.int(sql, values) }
    }
}

extension PostgresConnection {
    func int(_ sql: String, _ values: [PostgresValue] = []) throws -> Int64 {
        try run { session in try session.execute(sql, values).int8(0, 0) }
    }

    func text(_ sql: String, _ values: [PostgresValue] = []) throws -> String {
        try run { session in try session.execute(sql, values).text(0, 0) }
    }

    func state(of sql: String, _ values: [PostgresValue] = []) -> String? {
        do {
            try run { session in _ = try session.execute(sql, values) }
            return nil
        } catch let error as PostgresError {
            return error.sqlState
        } catch {
            return "\(error)"
        }
    }
}
