import Logging
package import LoupeConnectors
package import LoupeCore

/// Makes a connector for a datasource from its opened connection string. Given by the composition root.
package struct ConnectorFactory: Sendable {
    package var make: @Sendable (Datasource.Handle, _ connectionString: String) async throws -> any Connector
    /// For a connection that is not saved: only tested, then closed.
    package var makeUnsaved:
        @Sendable (Organization.ID, Datasource.Kind, _ connectionString: String) async throws -> any Connector

    package init(
        make: @escaping @Sendable (Datasource.Handle, String) async throws -> any Connector,
        makeUnsaved: @escaping @Sendable (Organization.ID, Datasource.Kind, String) async throws -> any Connector
    ) {
        self.make = make
        self.makeUnsaved = makeUnsaved
    }
}

/// One connector, and so one set of connections, a datasource; made anew when its connection changes and closed after
/// ten idle minutes.
actor ConnectorPool {
    private struct Entry {
        let revision: Int
        let maxConcurrency: Int
        let allowsUnparsed: Bool
        let connector: any Connector
        var users = 0
        var lastUsed: ContinuousClock.Instant
    }

    private let factory: ConnectorFactory
    private let open: @Sendable (Datasource.Handle) async throws -> String
    private let idle: Duration
    private var entries: [Datasource.ID: Entry] = [:]
    /// Replaced while in use: closed when their last user leaves.
    private var retired: [(Datasource.ID, Entry)] = []

    /// `open` unseals a datasource's connection string.
    init(
        factory: ConnectorFactory,
        open: @escaping @Sendable (Datasource.Handle) async throws -> String,
        idle: Duration = .seconds(600)
    ) {
        self.factory = factory
        self.open = open
        self.idle = idle
    }

    /// Lends the datasource's connector for the time of `body`.
    func withConnector<Outcome: Sendable>(
        for datasource: Datasource.Handle,
        _ body: @Sendable (any Connector) async throws -> Outcome
    ) async throws -> Outcome {
        let connector = try await borrow(datasource)
        do {
            let outcome = try await body(connector)
            await giveBack(datasource)
            return outcome
        } catch {
            await giveBack(datasource)
            throw error
        }
    }

    private func isCurrent(_ entry: Entry, for datasource: Datasource.Handle) -> Bool {
        entry.revision == datasource.revision && entry.maxConcurrency == datasource.maxConcurrency
            && entry.allowsUnparsed == datasource.allowsUnparsed
    }

    private func borrow(_ datasource: Datasource.Handle) async throws -> any Connector {
        if let entry = entries[datasource.id], isCurrent(entry, for: datasource) {
            entries[datasource.id]?.users += 1
            return entry.connector
        }
        let connector = try await factory.make(datasource, try await open(datasource))
        // Another run may have made one while this one waited: the first stays.
        if let entry = entries[datasource.id], isCurrent(entry, for: datasource) {
            entries[datasource.id]?.users += 1
            await connector.close()
            return entry.connector
        }
        let new = Entry(
            revision: datasource.revision,
            maxConcurrency: datasource.maxConcurrency,
            allowsUnparsed: datasource.allowsUnparsed,
            connector: connector,
            users: 1,
            lastUsed: .now
        )
        if let old = entries.updateValue(new, forKey: datasource.id) {
            if old.users == 0 { await old.connector.close() } else { retired.append((datasource.id, old)) }
        }
        return connector
    }

    private func giveBack(_ datasource: Datasource.Handle) async {
        if let entry = entries[datasource.id], isCurrent(entry, for: datasource) {
            entries[datasource.id]?.users -= 1
            entries[datasource.id]?.lastUsed = .now
        } else if let index = retired.firstIndex(where: { $0.0 == datasource.id && isCurrent($0.1, for: datasource) }) {
            retired[index].1.users -= 1
            guard retired[index].1.users == 0 else { return }
            let (_, entry) = retired.remove(at: index)
            await entry.connector.close()
        }
    }

    /// Closes what nobody used for a while.
    func closeIdle() async {
        let limit = ContinuousClock.now - idle
        for (id, entry) in entries where entry.users == 0 && entry.lastUsed < limit {
            entries[id] = nil
            await entry.connector.close()
        }
    }

    func closeAll() async {
        let all = entries.values.map(\.connector) + retired.map(\.1.connector)
        entries = [:]
        retired = []
        for connector in all { await connector.close() }
    }
}
