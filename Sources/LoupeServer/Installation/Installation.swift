import Foundation
package import Logging
package import LoupeCore
import LoupeResults
import LoupeSecurity
import LoupeServices
import LoupeStore

/// Everything that the parts of a process share, made once.
package struct Installation: Sendable {
    let configuration: Configuration
    let logger: Logger
    let surroundings: Surroundings
    let store: OpenedStore
    let keys: KeyRing
    let secrets: DatasourceSecrets
    let results: ResultStore
    let connectors: ConnectorWiring
    /// Such as `serve` or `runner-7f3a`.
    let name: String
    /// Held until the process ends.
    private let lock: DataDirectoryLock?

    var database: any Database { store.database }

    /// Opens an installation; `exclusively` as the only process in its data directory. Throws `ExitError`.
    package static func open(
        _ configuration: Configuration,
        exclusively: Bool,
        logger: Logger,
        surroundings: Surroundings = .system
    ) throws -> Installation {
        let directory = try DataDirectory(preparing: configuration.dataDirectory)
        let lock = exclusively ? try DataDirectoryLock(directory) : nil
        let name = name(of: configuration, surroundings)
        let keys = try Keys.ring(configuration, directory)
        let store = try OpenedStore.open(configuration, name: name, logger: logger)
        let secrets = DatasourceSecrets(sealer: Sealer(keys.derived(for: .sealing)), database: store.database)
        let results = ResultStore(
            database: store.database,
            storage: try storage(configuration),
            surroundings: surroundings
        )
        return Installation(
            configuration: configuration,
            logger: logger,
            surroundings: surroundings,
            store: store,
            keys: keys,
            secrets: secrets,
            results: results,
            connectors: try ConnectorWiring(configuration, store, logger: logger),
            name: name,
            lock: lock
        )
    }

    /// Brings the schema up (`serve`) or waits for it (`api`, `runner`, `scheduler`), then checks the key.
    package func prepare() async throws {
        do {
            if configuration.role == .serve {
                _ = try await store.migrating(now: surroundings.now) { try await $0.up(toleratingNext: true) }
            } else {
                try await Migrator(store.database, now: surroundings.now)
                    .waitForSchema(limit: configuration.store.schemaWait)
            }
        } catch let error as LoupeError {
            throw ExitError(.unavailable, "The store is not ready: \(error.message).")
        } catch let error as MigrationError {
            throw ExitError(.software, "\(error)")
        }
        try await Keys.check(Sealer(keys.derived(for: .sealing)), with: database, now: surroundings.now())
    }

    private static func name(of configuration: Configuration, _ surroundings: Surroundings) -> String {
        let made = "\(ProcessInfo.processInfo.hostName)-\(String(surroundings.random().0 & 0xFFFF_FFFF, radix: 16))"
        return switch configuration.role {
        // One process at a time works in its data directory: what its predecessor held, it may take up at once.
        case .serve: configuration.engine.runnerID ?? (configuration.store.location.isSQLite ? "serve" : made)
        case .runner: configuration.engine.runnerID ?? made
        case .scheduler: configuration.engine.schedulerID ?? made
        case .api: made
        }
    }

    private static func storage(_ configuration: Configuration) throws -> any ChunkStorage {
        switch configuration.results.location {
        case .store: return StoreChunkStorage()
        case .directory(let path):
            do {
                return try DirectoryChunkStorage(path: path)
            } catch {
                throw ExitError(.cannotCreate, "RESULT_STORAGE: the directory \(path) cannot be used.")
            }
        }
    }
}
