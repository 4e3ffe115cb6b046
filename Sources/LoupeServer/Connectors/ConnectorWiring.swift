import Logging
import LoupeConnectors
import LoupeCore
import LoupeEngine
import LoupePostgres
import LoupeStore

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

extension ConnectorWiring {
    /// Makes connectors for the runner.
    var factory: ConnectorFactory {
        ConnectorFactory(
            make: { datasource, connection in
                try await connector(
                    for: datasource.organizationID,
                    connection,
                    maxConcurrency: datasource.maxConcurrency,
                    allowsUnparsed: datasource.allowsUnparsed
                )
            },
            makeUnsaved: { organization, _, connection in
                try await connector(for: organization, connection, maxConcurrency: 1, allowsUnparsed: false)
            }
        )
    }

    private func connector(
        for organization: Organization.ID,
        _ connection: String,
        maxConcurrency: Int,
        allowsUnparsed: Bool
    ) async throws -> any Connector {
        switch try DatasourceConnection(string: connection) {
        case .sqlite(let path):
            return SQLiteConnector(
                SQLiteConnector.Configuration(
                    path: path,
                    directories: sqliteDirectories,
                    refusedFiles: storeFile.map { [$0] } ?? [],
                    maxConcurrency: maxConcurrency
                )
            )
        case .postgres(let target):
            let isFounding = try await OrganizationRepository(store.database).isFounding(organization)
            let configuration = PostgresConnector.Configuration(
                target: target,
                hosts: HostPolicy(
                    allowsPrivate: isFounding,
                    allowsLocalSockets: allowsLocalSockets,
                    allowed: allowedHosts
                ),
                maxConcurrency: maxConcurrency,
                refused: try await store.postgresIdentity().map { [$0] } ?? [],
                allowsUnparsed: allowsUnparsed
            )
            return PostgresConnector(configuration, guard: postgresGuard, logger: logger)
        }
    }
}
