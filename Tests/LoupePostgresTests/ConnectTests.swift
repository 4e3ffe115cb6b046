import Foundation
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Connecting")
struct ConnectTests {
    static func reason(_ options: PostgresOptions) async -> PostgresConnectError.Reason? {
        do {
            let connection = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
            await connection.close()
            return nil
        } catch let error as PostgresConnectError {
            return error.reason
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("What is wrong is told apart without reading a message")
    func reasons() async throws {
        try await PrivatePostgres.withCluster(settings: ["max_connections=9", "superuser_reserved_connections=1"]) {
            cluster in
            try await TestPostgres.psql(cluster.url, "CREATE ROLE closed NOLOGIN")
            try await TestPostgres.psql(cluster.url, "CREATE ROLE secret LOGIN PASSWORD 'right'")
            try await cluster.setAccess("host all secret all scram-sha-256\nhost all all all trust\n")
            let base = try PostgresFixture.options(cluster.url)
            var options = base
            #expect(await Self.reason(options) == nil)
            options.endpoints = [.init(host: "no-such-host.invalid", port: cluster.port)]
            #expect(await Self.reason(options) == .hostUnknown)
            options.endpoints = [.init(host: "127.0.0.1", port: 1)]
            #expect(await Self.reason(options) == .refused)
            options.endpoints = [.init(host: "/nonexistent", port: 1)]
            #expect(await Self.reason(options) == .refused)
            options = base
            options.sslMode = .require
            #expect(await Self.reason(options) == .tls)
            options = base
            options.database = "nosuch"
            #expect(await Self.reason(options) == .noSuchDatabase)
            options = base
            options.user = "closed"
            #expect(await Self.reason(options) == .notPermitted)
            options.user = "secret"
            #expect(await Self.reason(options) == .password)
            options.password = "wrong"
            #expect(await Self.reason(options) == .password)
            options.password = "right"
            #expect(await Self.reason(options) == nil)
            var holders: [PostgresConnection] = []
            let full = await #expect(throws: PostgresConnectError.self) {
                while holders.count < 20 {
                    holders.append(try await PostgresConnection.connect(options, logger: PostgresFixture.logger))
                }
            }
            #expect(full?.reason == .tooManyConnections)
            for holder in holders { await holder.close() }
            options = base
            options.targetSession = .standby
            #expect(await Self.reason(options) == .wrongKind)
            options.targetSession = .preferStandby
            #expect(await Self.reason(options) == nil)
        }
    }

    @Test("A server that accepts and never answers is a timeout")
    func silent() async throws {
        let server = try SilentServer()
        var options = PostgresOptions(host: "127.0.0.1", port: server.port, database: "d", user: "u")
        options.connectTimeout = .milliseconds(200)
        let start = ContinuousClock.now
        #expect(await Self.reason(options) == .timeout)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("A cancelled task stops connecting")
    func cancelled() async throws {
        let server = try SilentServer()
        var options = PostgresOptions(host: "127.0.0.1", port: server.port, database: "d", user: "u")
        options.connectTimeout = .seconds(300)
        // Were it not stopped, the test would take five minutes.
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [options] in
                _ = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
            }
            await server.accept()
            group.cancelAll()
            if case .failure(let error)? = await group.nextResult() { #expect(error is CancellationError) }
        }
    }

    @Test("The first server that answers is taken; a name is resolved to its addresses")
    func severalHosts() async throws {
        let url = try TestPostgres.clusterURL()
        var options = try PostgresFixture.options(url)
        let port = options.endpoints[0].port
        options.endpoints = [
            .init(host: "no-such-host.invalid"), .init(host: "127.0.0.1", port: 1),
            .init(host: "localhost", port: port),
        ]
        #expect(await Self.reason(options) == nil)
    }

    @Test("The address given is used and the name is not resolved")
    func hostAddress() async throws {
        var options = try PostgresFixture.options(try TestPostgres.clusterURL())
        let port = options.endpoints[0].port
        options.endpoints = [.init(host: "no-such-host.invalid", hostAddress: "127.0.0.1", port: port)]
        #expect(await Self.reason(options) == nil)
    }

    @Test("TLS modes ask what they say")
    func tls() async throws {
        try await PrivatePostgres.withCluster(tls: true) { cluster in
            var options = try PostgresFixture.options(cluster.url)
            func connects(_ mode: PostgresOptions.SSLMode, host: String, root: String?) async -> Bool? {
                options.sslMode = mode
                options.rootCertificate = root
                options.endpoints = [.init(host: host, hostAddress: "127.0.0.1", port: cluster.port)]
                do {
                    let connection = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
                    let isEncrypted = try await connection.run { $0.isEncrypted }
                    await connection.close()
                    return isEncrypted
                } catch let error as PostgresConnectError {
                    #expect(error.reason == .tls)
                    return nil
                } catch {
                    Issue.record("\(error)")
                    return nil
                }
            }
            let host = PrivatePostgres.certifiedHost
            #expect(await connects(.disable, host: host, root: nil) == false)
            #expect(await connects(.prefer, host: host, root: nil) == true)
            #expect(await connects(.require, host: "other.test", root: nil) == true)
            #expect(await connects(.verifyCA, host: "other.test", root: cluster.certificate) == true)
            #expect(await connects(.verifyCA, host: host, root: nil) == nil)
            #expect(await connects(.verifyFull, host: host, root: cluster.certificate) == true)
            #expect(await connects(.verifyFull, host: "other.test", root: cluster.certificate) == nil)
            #expect(await connects(.verifyFull, host: host, root: "/nonexistent/ca.pem") == nil)
        }
    }
}
