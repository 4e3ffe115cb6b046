import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Sessions in the store")
struct SessionRepositoryTests {
    static func token(_ number: UInt8, lifetime: Duration = .seconds(1000)) -> RefreshToken {
        RefreshToken(hash: [UInt8](repeating: number, count: 32), expiresAt: TestStore.moment + lifetime)
    }

    static func start(
        for user: User,
        in database: any Database,
        token number: UInt8 = 1,
        lifetime: Duration = .seconds(5000)
    ) async throws -> Session {
        let session = Session(
            id: Identifier(UUID()),
            userID: user.id,
            organizationID: user.organizationID,
            userAgent: "curl",
            address: "127.0.0.1",
            createdAt: TestStore.moment,
            lastSeenAt: TestStore.moment,
            expiresAt: TestStore.moment + lifetime
        )
        try await SessionRepository(database).insert(session, token: token(number))
        return session
    }

    @Test("A session is found with its person as they are now", arguments: StoreKind.allCases)
    func find(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let bob = try await tenant.addUser("Bob", role: .admin)
            let session = try await Self.start(for: bob, in: database)
            let organization = tenant.organization.id
            try await UserRepository(database).setRole(.viewer, of: bob.id, in: organization, at: TestStore.moment)
            let signed = try await SessionRepository(database).find(session.id, in: organization)
            #expect(signed?.session == session)
            #expect(signed?.user.role == .viewer)
            let elsewhere = try await SessionRepository(database).find(session.id, in: Identifier(UUID()))
            #expect(elsewhere == nil)
        }
    }

    @Test(
        "A token is replaced once; within 30 s it gives the same successor; later it ends the session",
        arguments: StoreKind.allCases
    )
    func rotation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let session = try await Self.start(for: tenant.ada, in: database)
            let sessions = SessionRepository(database)
            let now = TestStore.moment + .seconds(10)
            func use(_ number: UInt8, next: UInt8, at time: Timestamp) async throws -> RefreshOutcome {
                try await sessions.rotate(
                    hash: Self.token(number).hash,
                    to: Self.token(next),
                    sealedSuccessor: [next],
                    at: time
                )
            }
            guard case .rotated(let signed) = try await use(1, next: 2, at: now) else {
                Issue.record("not rotated")
                return
            }
            #expect(signed.session == session)
            guard case .repeated(_, let successor) = try await use(1, next: 3, at: now + .seconds(29)) else {
                Issue.record("not repeated")
                return
            }
            #expect(successor == [2])
            guard case .rotated = try await use(2, next: 4, at: now + .seconds(29)) else {
                Issue.record("the successor is not good")
                return
            }
            let unknown = try await use(9, next: 5, at: now)
            #expect(unknown == .refused)
            guard case .reused = try await use(1, next: 6, at: now + .seconds(31)) else {
                Issue.record("reuse went unseen")
                return
            }
            let afterReuse = try await use(4, next: 7, at: now + .seconds(32))
            #expect(afterReuse == .refused)
            let found = try await sessions.find(session.id, in: tenant.organization.id)
            #expect(found?.session.revokedAt == now + .seconds(31))
        }
    }

    @Test("Of two tabs at once both get the one successor", arguments: StoreKind.allCases)
    func tabs(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            _ = try await Self.start(for: tenant.ada, in: database)
            let sessions = SessionRepository(database)
            let outcomes = try await withThrowingTaskGroup(of: RefreshOutcome.self) { group in
                for number in 2..<6 as Range<UInt8> {
                    group.addTask {
                        try await sessions.rotate(
                            hash: Self.token(1).hash,
                            to: Self.token(number),
                            sealedSuccessor: [number],
                            at: TestStore.moment
                        )
                    }
                }
                return try await group.reduce(into: [RefreshOutcome]()) { $0.append($1) }
            }
            let rotated = outcomes.filter { if case .rotated = $0 { true } else { false } }
            let successors = outcomes.compactMap { if case .repeated(_, let sealed) = $0 { sealed } else { nil } }
            #expect(rotated.count == 1)
            #expect(successors.count == 3)
            #expect(Set(successors).count == 1)
        }
    }

    @Test("An expired token and an expired or revoked session are refused", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let sessions = SessionRepository(database)
            let organization = tenant.organization.id
            let short = try await Self.start(for: tenant.ada, in: database, token: 1, lifetime: .seconds(20))
            let long = try await Self.start(for: tenant.ada, in: database, token: 2)
            func use(_ number: UInt8, after: Duration) async throws -> RefreshOutcome {
                try await sessions.rotate(
                    hash: Self.token(number).hash,
                    to: Self.token(9),
                    sealedSuccessor: [],
                    at: TestStore.moment + after
                )
            }
            let ended = try await use(1, after: .seconds(20))
            #expect(ended == .refused)
            let expired = try await use(2, after: .seconds(1000))
            #expect(expired == .refused)
            try await sessions.revoke(
                long.id,
                of: tenant.ada.id,
                in: organization,
                reason: .user,
                at: TestStore.moment
            )
            let revoked = try await use(2, after: .seconds(1))
            #expect(revoked == .refused)
            let live = try await sessions.list(ListRequest(), of: tenant.ada.id, in: organization, at: TestStore.moment)
                .items
            #expect(live.map(\.id) == [short.id])
            let signedOut = try await sessions.revoke(
                tokenHash: Self.token(1).hash,
                reason: .logout,
                at: TestStore.moment
            )
            let unknown = try await sessions.revoke(
                tokenHash: Self.token(99).hash,
                reason: .logout,
                at: TestStore.moment
            )
            #expect(signedOut != nil && unknown == nil)
        }
    }

    @Test("Another person's session cannot be ended, and all but one's own can", arguments: StoreKind.allCases)
    func revocation(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let bob = try await tenant.addUser("Bob")
            let sessions = SessionRepository(database)
            let organization = tenant.organization.id
            let first = try await Self.start(for: tenant.ada, in: database, token: 1)
            let second = try await Self.start(for: tenant.ada, in: database, token: 2)
            let error = try await #require(throws: LoupeError.self) {
                try await sessions.revoke(first.id, of: bob.id, in: organization, reason: .user, at: TestStore.moment)
            }
            #expect(error.code == .notFound)
            try await sessions.revokeAll(
                of: tenant.ada.id,
                in: organization,
                except: second.id,
                reason: .password,
                at: TestStore.moment
            )
            let left = try await sessions.list(ListRequest(), of: tenant.ada.id, in: organization, at: TestStore.moment)
                .items
            #expect(left.map(\.id) == [second.id])
        }
    }

    @Test("Last-seen times only go forward, and expired sessions are swept in steps", arguments: StoreKind.allCases)
    func upkeep(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let sessions = SessionRepository(database)
            let organization = tenant.organization.id
            let session = try await Self.start(for: tenant.ada, in: database, token: 1)
            _ = try await Self.start(for: tenant.ada, in: database, token: 2)
            let later = TestStore.moment + .seconds(60)
            try await sessions.touch([
                (session.id, organization, later), (session.id, organization, TestStore.moment + .seconds(30)),
            ])
            let found = try await sessions.find(session.id, in: organization)
            #expect(found?.session.lastSeenAt == later)
            let end = TestStore.moment + .seconds(6000)
            let steps = [
                try await sessions.sweep(before: end, limit: 1), try await sessions.sweep(before: end, limit: 5),
                try await sessions.sweep(before: end),
            ]
            #expect(steps == [1, 1, 0])
            let tokens = try await database.read { try $0.count("SELECT count(*) FROM refresh_tokens") }
            #expect(tokens == 0)
        }
    }
}
