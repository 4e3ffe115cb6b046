import Foundation
import LoupeCore
import LoupeTestSupport
import Testing

@testable import LoupePostgres

@Suite("Listening for notifications")
struct ListenerTests {
    @Test("Notifications arrive with channel and payload, in order")
    func notifications() async throws {
        try await TestPostgres.withDatabase { url in
            let listener = PostgresListener(
                options: try PostgresFixture.options(url),
                channels: ["jobs", "Odd \"name"],
                logger: PostgresFixture.logger
            )
            var events = listener.events().makeAsyncIterator()
            #expect(await events.next() == .connected)
            try await TestPostgres.psql(
                url,
                "NOTIFY jobs, 'a'; NOTIFY other, 'x'; NOTIFY \"Odd \"\"name\", 'b'; NOTIFY jobs"
            )
            #expect(await events.next() == .notification(channel: "jobs", payload: "a"))
            #expect(await events.next() == .notification(channel: "Odd \"name", payload: "b"))
            #expect(await events.next() == .notification(channel: "jobs", payload: ""))
        }
    }

    @Test("A lost connection is said and made anew")
    func reconnect() async throws {
        try await PrivatePostgres.withCluster { cluster in
            let listener = PostgresListener(
                options: try PostgresFixture.options(cluster.url),
                channels: ["jobs"],
                logger: PostgresFixture.logger,
                backoff: .milliseconds(20)...(.milliseconds(100))
            )
            var events = listener.events().makeAsyncIterator()
            #expect(await events.next() == .connected)
            try await cluster.restart()
            #expect(await events.next() == .disconnected)
            #expect(await events.next() == .connected)
            try await TestPostgres.psql(cluster.url, "NOTIFY jobs, 'after'")
            #expect(await events.next() == .notification(channel: "jobs", payload: "after"))
        }
    }

    @Test("It ends with its task, while it waits and while it cannot connect")
    func ends() async throws {
        let good = try PostgresFixture.options(try TestPostgres.clusterURL())
        var bad = good
        bad.endpoints = [.init(host: "127.0.0.1", port: 1)]
        for (options, connects) in [(good, true), (bad, false)] {
            let listener = PostgresListener(options: options, channels: ["jobs"], logger: PostgresFixture.logger)
            let (begun, beginning) = AsyncStream<Void>.makeStream()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    if !connects { beginning.yield() }
                    for await event in listener.events() where event == .connected { beginning.yield() }
                }
                for await _ in begun { break }
                group.cancelAll()
                await group.waitForAll()
            }
        }
    }

    @Test("Waiting takes no processor time")
    func idle() async throws {
        let link = try PostgresLink()
        let used = try await BlockingExecutor(label: "test").perform {
            let wait = SocketWait(socket: -1, wake: link.wakeDescriptor, reading: true, writing: false)
            let before = Self.threadTime()
            guard case .deadline = wait.run(until: .now + .milliseconds(300)) else { return Duration.seconds(9) }
            return Self.threadTime() - before
        }
        #expect(used < .milliseconds(30))
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
