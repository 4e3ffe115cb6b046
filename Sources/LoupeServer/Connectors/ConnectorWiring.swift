import LoupeConnectors
import LoupeCore
import LoupeEngine
import LoupePostgres
import LoupeStore
import Logging

/// Makes connectors as this installation allows them.
struct ConnectorWiring: Sendable {
    let postgresGuard: PostgresGuard
    let allowsLocalSockets: Bool
    private let allowedHosts: AllowedHosts?
    private let sqliteDirectories: [String]
    private let store: OpenedStore
    private let storeFile: String?
    private let logger: Logger

    init(_ configuration: Configuration, _ store: OpenedStore, logger: Logger) throws {
        postgresGuard = PostgresGuard()
        self.store = store
        self.logger = logger
        allowsLocalSockets = configuration.datasources.allowsLocalSockets
        sqliteDirectories = configuration.datasources.sqliteDirectories
        storeFile =
            if case .sqlite(let path) = configuration.store.location { path } else { nil }
        do {
            allowedHosts = try configuration.datasources.hosts.map {
                try AllowedHosts($0.joined(separator: ","))
            }
        } catch let error as AllowedHosts.BadEntry {
            throw ExitError(.configuration, "DATASOURCE_HOSTS: \(error.entry) is no name, address or range.")
        }
    }
}
