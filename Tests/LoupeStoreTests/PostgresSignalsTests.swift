import Foundation
import Logging
import LoupeCore
import LoupePostgres
import LoupeStore
import LoupeTestSupport
import Testing

/// Two processes' hubs on one database; nobody polls, so what arrives arrived by NOTIFY.
@Suite("Signals between processes")
struct PostgresSignalsTests {
    /// A process as far as signals go.
    private struct Process {
        let hub = SignalHub()
        let pool: PostgresPool
        let signals: PostgresSignals

        init(_ url: String, _ name: String) throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let options = try PostgresOptions(url: url)
            pool = PostgresPool(options: options, logger: logger)
            signals = PostgresSignals(hub: hub, pool: pool, options: options, sender: name, logger: logger)
        }

        /// Listening is announced by a signal that says "look once".
        func run(_ body: (Process) async throws -> Void) async throws {
            var work = hub.subscribe(.work).makeAsyncIterator()
            try await withThrowingTaskGroup { group in
                group.addTask { await signals.run() }
                _ = await work.next()
                try await body(self)
                group.cancelAll()
            }
            await pool.close()
        }
    }

    private func withTwo(_ body: (Process, Process, String) async throws -> Void) async throws {
        try await TestPostgres.withDatabase { url in
            try await Process(url, "one").run { one in
                try await Process(url, "two").run { two in try await body(one, two, url) }
            }
        }
    }

    @Test("What one announces the other hears, of every kind, and itself hears it once")
    func announces() async throws {
        try await withTwo { one, two, _ in
            let (run, item) = (Run.ID(UUID()), WorkItem.ID(UUID()))
            let sent: [Signal] = [.work, .run(run), .cancel(run), .answered(item)]
            var (here, there) = (
                one.hub.subscribe(.all).makeAsyncIterator(), two.hub.subscribe(.all).makeAsyncIterator()
            )
            for signal in sent {
                one.hub.announce(signal)
                #expect(await there.next() == signal)
                #expect(await here.next() == signal)
            }
            // Had the first heard its own again, it would come before this one.
            two.hub.announce(.run(Run.ID(item.uuid)))
            #expect(await here.next() == .run(Run.ID(item.uuid)))
        }
    }

    @Test("A thousand signals at once arrive, more than fit into one notification")
    func many() async throws {
        try await withTwo { one, two, _ in
            let ids = (0..<1000).map { _ in Run.ID(UUID()) }
            let heard = ids.map { two.hub.subscribe(.run($0)) }
            for id in ids { one.hub.announce(.run(id)) }
            for stream in heard {
                var iterator = stream.makeAsyncIterator()
                #expect(await iterator.next() != nil)
            }
        }
    }

    @Test("A lost connection is known until it stands again, and everybody looks once then")
    func lost() async throws {
        try await withTwo { one, two, url in
            #expect(one.hub.isJoined && two.hub.isJoined)
            var work = two.hub.subscribe(.work).makeAsyncIterator()
            let listening = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            try await TestPostgres.psql(url, "SELECT pg_terminate_backend(pid) \(listening)")
            #expect(await work.next() == .work)
            #expect(two.hub.isJoined)
            let run = Run.ID(UUID())
            var there = two.hub.subscribe(.run(run)).makeAsyncIterator()
            // The first may not be listening yet, which does not keep it from speaking.
            one.hub.announce(.run(run))
            #expect(await there.next() == .run(run))
        }
    }

    @Test("A process that cannot listen counts as cut off, one without others does not")
    func cutOff() async throws {
        let alone = SignalHub()
        #expect(alone.isJoined)
        let process = try Process("postgres://u@127.0.0.1:1/d", "one")
        #expect(!process.hub.isJoined)
        await process.pool.close()
    }
}
