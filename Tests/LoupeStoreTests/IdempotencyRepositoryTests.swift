import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("Idempotency keys and the audit log in the store")
struct IdempotencyRepositoryTests {
    private static let hash = [UInt8](repeating: 1, count: 32)
    private static let otherHash = [UInt8](repeating: 2, count: 32)

    @Test(
        "The first answer comes again, another request is told, and time frees the key",
        arguments: StoreKind.allCases
    )
    func life(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let keys = IdempotencyRepository(database)
            let key = IdempotencyRepository.Key(
                organization: tenant.organization.id,
                user: tenant.ada.id,
                text: "abc"
            )
            func claim(
                _ hash: [UInt8],
                at time: Timestamp = TestStore.moment
            ) async throws -> IdempotencyRepository.Claim {
                try await keys.claim(key, requestHash: hash, expiresAt: time + .seconds(60), at: time)
            }
            let first = try await claim(Self.hash)
            let meanwhile = try await claim(Self.hash)
            let mismatch = try await claim(Self.otherHash)
            #expect(first == .new)
            #expect(meanwhile == .underWay)
            #expect(mismatch == .mismatch)
            let answer = IdempotencyRepository.Answer(status: 201, headers: ["location": "/x"], body: [1, 2])
            try await keys.complete(key, with: answer)
            let again = try await claim(Self.hash)
            let other = try await claim(Self.otherHash)
            #expect(again == .answered(answer))
            #expect(other == .mismatch)
            let expired = try await claim(Self.otherHash, at: TestStore.moment + .seconds(60))
            #expect(expired == .new)
            try await keys.abandon(key)
            let freed = try await claim(Self.hash)
            #expect(freed == .new)
            let swept = try await keys.sweep(at: TestStore.moment + .seconds(120))
            #expect(swept == 1)
        }
    }

    @Test("A key whose request died without an answer is new after a minute", arguments: StoreKind.allCases)
    func unanswered(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let keys = IdempotencyRepository(database)
            let key = IdempotencyRepository.Key(organization: tenant.organization.id, user: tenant.ada.id, text: "abc")
            func claim(after seconds: Int) async throws -> IdempotencyRepository.Claim {
                let time = TestStore.moment + .seconds(seconds)
                return try await keys.claim(
                    key,
                    requestHash: Self.hash,
                    expiresAt: time + .seconds(86_400),
                    at: time
                )
            }
            let claims = try await [claim(after: 0), claim(after: 59), claim(after: 60)]
            #expect(claims == [.new, .underWay, .new])
            let answer = IdempotencyRepository.Answer(status: 201, headers: [:], body: [1])
            try await keys.complete(key, with: answer)
            let late = try await claim(after: 600)
            #expect(late == .answered(answer))
        }
    }

    @Test("Of the same request sent at once one is worked on", arguments: StoreKind.allCases)
    func atOnce(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let keys = IdempotencyRepository(database)
            let key = IdempotencyRepository.Key(
                organization: tenant.organization.id,
                user: tenant.ada.id,
                text: "abc"
            )
            let claims = try await withThrowingTaskGroup(of: IdempotencyRepository.Claim.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await keys.claim(
                            key,
                            requestHash: Self.hash,
                            expiresAt: TestStore.moment + .seconds(60),
                            at: TestStore.moment
                        )
                    }
                }
                return try await group.reduce(into: [IdempotencyRepository.Claim]()) { $0.append($1) }
            }
            #expect(claims.filter { $0 == .new }.count == 1)
            #expect(claims.filter { $0 == .underWay }.count == 5)
        }
    }

    @Test("Audit entries come back newest first, to their organization alone", arguments: StoreKind.allCases)
    func audit(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let audit = AuditRepository(database)
            let entries = (0..<3).map { number in
                AuditEntry(
                    id: Identifier(UUID()),
                    actorKind: number == 0 ? .system : .user,
                    actorID: number == 0 ? nil : tenant.ada.id,
                    actorName: "Ada",
                    action: "query.create",
                    subject: number == 1 ? nil : AuditEntry.Subject(type: "query", id: UUID(), name: "Delays"),
                    address: "::1",
                    requestID: "r",
                    details: number == 2 ? ["tags": 3] : nil,
                    at: TestStore.moment + .seconds(number)
                )
            }
            for entry in entries { try await audit.append(entry, in: tenant.organization.id) }
            let page = try await audit.list(ListRequest(), in: tenant.organization.id)
            #expect(page.items == entries.reversed())
            let elsewhere = try await audit.list(ListRequest(), in: try await Tenant.make(database).organization.id)
            #expect(elsewhere.items == [])
        }
    }
}
