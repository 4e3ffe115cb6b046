import Foundation
import HTTPTypes
import LoupeCore
import LoupeServices
import LoupeStore
import NIOCore
import Testing

@testable import LoupeAPI

@Suite("Event streams")
struct EventRouteTests {
    /// A stream opened by hand: what the feed gives it, without a connection.
    private static func open(
        _ server: TestServer,
        _ account: TestAccount,
        role: Role = .admin,
        run: Run.ID? = nil
    ) async throws -> EventStreams.Place {
        let identity = try await server.authenticator.identity(authorization: "Bearer \(account.token)")
        let caller = Caller(organization: account.organization, user: account.user, name: "", role: role, address: "")
        return try server.events.open(EventStream(identity: identity, caller: caller, run: run, cut: {}))
    }

    private static func text(_ place: EventStreams.Place) -> String {
        place.stream.take().bytes.map { String(buffer: $0) } ?? ""
    }

    private static func start(_ server: TestServer, _ account: TestAccount, _ call: TestCalls) async throws -> String {
        let source = try await QueryRouteTests.makeDatasource(account, call)
        let adHoc = #"{"datasource_id":"\#(source)","sql":"SELECT 1"}"#
        let run = try await call(.post, "/api/v1/runs/execute", token: account.token, json: adHoc)
        return try #require(run.text("id"))
    }

    @Test("a change reaches everybody who may see it, and nobody else")
    func visibility() async throws {
        try await TestServer.with { server, call in
            let (ada, eve) = (try await server.found("ada", call), try await server.found("eve", call))
            let vic = try await server.join("vic", .viewer, ada, call)
            _ = try await server.events.read()
            let mine = try await Self.open(server, ada)
            let viewers = try await Self.open(server, vic, role: .viewer)
            let theirs = try await Self.open(server, eve)
            let run = try await Self.start(server, ada, call)
            let claim = try await server.claim()
            try await server.complete(claim, rows: [(1, nil)])
            #expect(try await server.events.read() == 3)
            let told = Self.text(mine)
            let statuses = told.matches(of: /"status":"([a-z]+)"/).map { String($0.output.1) }
            #expect(statuses == ["queued", "running", "completed"])
            #expect(told.contains(run))
            #expect(told.hasPrefix("event: run\nid: "))
            #expect(told.hasSuffix("}\n\n"))
            #expect(Self.text(viewers) == "")
            #expect(Self.text(theirs) == "")
            #expect(try await server.events.read() == 0)
            #expect(Self.text(mine) == "")
        }
    }

    @Test("a stream of one run tells how it stands, then its changes, and ends with the run")
    func oneRun() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let vic = try await server.join("vic", .viewer, ada, call)
            let run = try await Self.start(server, ada, call)
            _ = try await server.events.read()
            async let streamed = call(.get, "/api/v1/runs/\(run)/events", token: ada.token)
            while server.events.count == 0 { await Task.yield() }
            let claim = try await server.claim()
            _ = try await server.events.read()
            try await server.complete(claim, rows: [(1, nil)])
            _ = try await server.events.read()
            let answer = try await streamed
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/event-stream")
            #expect(answer.headers[.cacheControl] == "private, no-store")
            let statuses = answer.text.matches(of: /"status":"([a-z]+)"/).map { String($0.output.1) }
            #expect(statuses.last == "completed")
            #expect(statuses.contains("running"))
            // The place is given back with the answer, a moment after its last byte.
            while server.events.count > 0 { await Task.yield() }
            let final = try await call(.get, "/api/v1/runs/\(run)/events", token: ada.token)
            #expect(final.text.hasPrefix("retry: 1000\nid: "))
            #expect(final.text.contains(#""status":"completed""#))
            #expect(try await call(.get, "/api/v1/runs/\(run)/events", token: vic.token).status == 404)
            #expect(try await call(.get, "/api/v1/runs/\(UUID())/events", token: ada.token).status == 404)
        }
    }

    @Test("who comes back with an id is told what they missed, and what is no id is refused")
    func replay() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let run = try await Self.start(server, ada, call)
            let claim = try await server.claim()
            _ = try await server.events.read()
            try await server.complete(claim, rows: [(1, nil)])
            let path = "/api/v1/runs/\(run)/events"
            let all = try await call(.get, path, token: ada.token, headers: [.lastEventID: "0"])
            #expect(all.text.contains("queued"))
            #expect(all.text.contains("running"))
            let some = try await call(.get, path, token: ada.token, headers: [.lastEventID: "1"])
            #expect(!some.text.contains("queued"))
            #expect(some.text.contains("running"))
            for wrong in ["x", "-1", "1.5", "99999999999999999999"] {
                let answer = try await call(.get, path, token: ada.token, headers: [.lastEventID: wrong])
                #expect(answer.status == 400, "\(wrong)")
            }
            try await server.database.write { try $0.execute("DELETE FROM run_events") }
            _ = try await server.events.read()
            let late = try await call(.get, path, token: ada.token, headers: [.lastEventID: "0"])
            #expect(late.text.contains("event: resync"))
        }
    }

    @Test("a person has at most 20 streams, and one that goes makes room")
    func limit() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let bob = try await server.join("bob", .editor, ada, call)
            var places: [EventStreams.Place] = []
            for _ in 0..<20 { places.append(try await Self.open(server, ada)) }
            let refused = try await call(.get, "/api/v1/events", token: ada.token)
            #expect(refused.status == 429)
            #expect(refused.headers[.retryAfter] != nil)
            _ = try await Self.open(server, bob)
            places.removeLast()
            places.append(try await Self.open(server, ada))
            #expect(places.count == 20)
            places = []
            #expect(server.events.count == 0)
        }
    }

    @Test("a reader who leaves 256 KiB unread is dropped")
    func slowReader() async throws {
        let cuts = EventCounter()
        let identity = Identity(
            organization: Identifier(UUID()),
            user: Identifier(UUID()),
            name: "",
            role: .viewer,
            credential: .session(Identifier(UUID())),
            expiresAt: nil
        )
        let caller = Caller(
            organization: identity.organization,
            user: identity.user,
            name: "",
            role: .viewer,
            address: ""
        )
        let stream = EventStream(identity: identity, caller: caller, run: nil, cut: { cuts.add() })
        let kilobyte = ByteBuffer(repeating: 65, count: 1024)
        for _ in 0..<200 { #expect(stream.push(kilobyte)) }
        _ = stream.take()
        // What is being written counts as long as it is not sent.
        for _ in 0..<56 { #expect(stream.push(kilobyte)) }
        #expect(!stream.push(kilobyte))
        #expect(cuts.count == 1)
        let rest = stream.take()
        #expect(rest.bytes == nil)
        #expect(rest.isLast)
    }

    @Test("a stream ends with its session, its person's role and its token, by one statement for all")
    func standing() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let bob = try await server.join("bob", .editor, ada, call)
            let cleo = try await server.join("cleo", .editor, ada, call)
            let places = [
                try await Self.open(server, ada), try await Self.open(server, bob), try await Self.open(server, cleo),
            ]
            await server.events.check()
            #expect(places.map { $0.stream.take().isLast } == [false, false, false])
            #expect(try await call(.post, "/api/v1/auth/logout", token: bob.token).status == 204)
            try await server.database.write { transaction in
                try transaction.execute("UPDATE users SET role = 'viewer' WHERE id = \(cleo.user)")
            }
            await server.events.check()
            #expect(places.map { $0.stream.take().isLast } == [false, true, true])
            server.clock.advance(by: .seconds(86_400 * 2))
            await server.events.check()
            #expect(places[0].stream.take().isLast)
        }
    }

    @Test("when the feed ends, all streams end and none is opened")
    func shutdown() async throws {
        try await TestServer.with { server, call in
            let ada = try await server.found("ada", call)
            let place = try await Self.open(server, ada)
            await withTaskGroup { group in
                group.addTask { await server.events.run() }
                group.cancelAll()
            }
            #expect(place.stream.take().isLast)
            #expect(try await call(.get, "/api/v1/events", token: ada.token).status == 503)
        }
    }
}
