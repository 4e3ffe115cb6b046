import Foundation
import Logging
import LoupeConnectors
import LoupeCore
import LoupePostgres
import LoupeStore

/// The metadata store as configured, with what hangs on its kind.
struct OpenedStore: Sendable {
    let database: any MigratableDatabase
    /// The same store past a pooler, where migrations are made: a pooler cannot carry what must be one session's.
    private let direct: (any MigratableDatabase)?
    let signals: SignalHub
    /// Joins several processes; nil on SQLite, where there is one.
    let postgresSignals: PostgresSignals?
    private let pool: PostgresPool?

    /// Opens the store without touching its schema. Throws `ExitError`.
    static func open(_ configuration: Configuration, name: String, logger: Logger) throws -> OpenedStore {
        let hub = SignalHub()
        switch configuration.store.location {
        case .sqlite(let path):
            let database = try sqlite(path, configuration)
            return OpenedStore(database: database, direct: nil, signals: hub, postgresSignals: nil, pool: nil)
        case .postgres(let url):
            let options = try postgres(url, configuration, name: name)
            let direct = try configuration.store.direct.map { try postgres($0, configuration, name: name) }
            let pool = PostgresPool(
                options: options,
                configuration: poolConfiguration(configuration),
                logger: logger
            )
            let signals = PostgresSignals(
                hub: hub,
                pool: pool,
                options: direct ?? options,
                sender: name,
                logger: logger
            )
            // Opens nothing before it is asked to.
            let single = PostgresPoolConfiguration(minimum: 0, maximum: 1)
            return OpenedStore(
                database: PostgresDatabase(pool: pool),
                direct: direct.map {
                    PostgresDatabase(pool: PostgresPool(options: $0, configuration: single, logger: logger))
                },
                signals: hub,
                postgresSignals: signals,
                pool: pool
            )
        }
    }

    private static func sqlite(_ path: String, _ configuration: Configuration) throws -> SQLiteDatabase {
        do {
            return try SQLiteDatabase(
                SQLiteOptions(path: path, synchronous: configuration.store.synchronous == .full ? .full : .normal)
            )
        } catch {
            throw ExitError(
                .unavailable,
                "The store \(path) cannot be opened: \((error as? LoupeError)?.message ?? "\(error)")."
            )
        }
    }

    private static func postgres(
        _ url: PostgresURL,
        _ configuration: Configuration,
        name: String
    ) throws -> PostgresOptions {
        do {
            var options = try PostgresOptions(url: url.text)
            // A mode in the URL wins.
            if !url.text.contains("sslmode="),
                let mode = PostgresOptions.SSLMode(rawValue: configuration.store.sslMode.rawValue)
            {
                options.sslMode = mode
            }
            options.applicationName = "loupe \(name)"
            if !configuration.store.usesPreparedStatements { options.preparedStatementLimit = 0 }
            return options
        } catch {
            throw ExitError(.configuration, "DATABASE_URL: \((error as? LoupeError)?.message ?? "cannot be read").")
        }
    }

    private static func poolConfiguration(_ configuration: Configuration) -> PostgresPoolConfiguration {
        PostgresPoolConfiguration(
            minimum: configuration.store.minimumConnections,
            maximum: configuration.store.maximumConnections
        )
    }

    /// Brings the schema forward or back by `body`, or asks how it stands.
    func migrating<Value: Sendable>(
        now: @escaping @Sendable () -> Timestamp,
        _ body: (Migrator) async throws -> Value
    ) async throws -> Value {
        guard let direct else { return try await body(Migrator(database, now: now)) }
        let value: Value
        do {
            value = try await body(Migrator(direct, now: now))
        } catch {
            await direct.close()
            throw error
        }
        await direct.close()
        return value
    }

    /// Nil on SQLite.
    var poolStatistics: PostgresPoolStatistics? { pool?.statistics }

    /// Which PostgreSQL database the store is, so that it cannot be connected as a datasource; nil on SQLite.
    func postgresIdentity() async throws -> PostgresIdentity? {
        try await pool?.withConnection { try await $0.run { try PostgresIdentity.read($0) } }
    }
}
