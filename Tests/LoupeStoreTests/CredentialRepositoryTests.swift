import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("API keys, invitations and password resets in the store")
struct CredentialRepositoryTests {
    private func hash(_ number: UInt8) -> [UInt8] {
        Array(repeating: number, count: 32)
    }

    private func key(_ tenant: Tenant, role: Role = .admin, expiresAt: Timestamp? = nil) -> APIKey {
        APIKey(
            id: Identifier(UUID()),
            organizationID: tenant.organization.id,
            userID: tenant.ada.id,
            name: "nightly",
            prefix: "loupe_abcdef",
            role: role,
            createdAt: TestStore.moment,
            expiresAt: expiresAt
        )
    }

    @Test("A key is found by its hash while it stands, with its owner as they are now", arguments: StoreKind.allCases)
    func keys(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let other = try await Tenant.make(database)
            _ = try await tenant.addUser("Bo", role: .admin)
            let keys = APIKeyRepository(database)
            let now = TestStore.moment
            let organization = tenant.organization.id
            let (first, second) = (key(tenant), key(tenant, role: .viewer, expiresAt: now + .seconds(60)))
            try await database.write { transaction in
                try APIKeyRepository.insert(first, hash: hash(1), in: transaction)
                try APIKeyRepository.insert(second, hash: hash(2), in: transaction)
            }
            #expect(try await keys.find(hash: hash(1), at: now)?.key == first)
            #expect(try await keys.find(hash: hash(3), at: now) == nil)
            #expect(try await keys.find(hash: hash(2), at: now + .seconds(59))?.role == .viewer)
            #expect(try await keys.find(hash: hash(2), at: now + .seconds(60)) == nil)
            try await UserRepository(database).setRole(.editor, of: tenant.ada.id, in: organization, at: now)
            #expect(try await keys.find(hash: hash(1), at: now)?.role == .editor)
            #expect(try await keys.list(ListRequest(), of: tenant.ada.id, in: organization).items.count == 2)
            #expect(try await keys.list(ListRequest(), of: nil, in: other.organization.id).items == [])
            await #expect(throws: LoupeError.self) {
                try await database.write {
                    _ = try APIKeyRepository.revoke(first.id, of: nil, in: other.organization.id, at: now, $0)
                }
            }
            try await database.write {
                _ = try APIKeyRepository.revoke(first.id, of: tenant.ada.id, in: organization, at: now, $0)
            }
            #expect(try await keys.find(hash: hash(1), at: now) == nil)
            #expect(try await keys.list(ListRequest(), of: nil, in: organization).items.map(\.key.id) == [second.id])
        }
    }

    @Test("The first use of a key in a day is told from the others", arguments: StoreKind.allCases)
    func use(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let key = key(tenant)
            let now = TestStore.moment
            try await database.write { try APIKeyRepository.insert(key, hash: hash(1), in: $0) }
            func touch(_ time: Timestamp, since day: Timestamp) async throws -> Bool {
                try await database.write {
                    try APIKeyRepository.touch(key.id, in: tenant.organization.id, at: time, since: day, $0)
                }
            }
            #expect(try await touch(now, since: now - .seconds(60)))
            #expect(try await touch(now + .seconds(5), since: now - .seconds(60)) == false)
            #expect(try await touch(now + .seconds(2), since: now - .seconds(60)) == false)
            let kept = try await APIKeyRepository(database).find(hash: hash(1), at: now)
            #expect(kept?.key.lastUsedAt == now + .seconds(5))
            #expect(try await touch(now + .seconds(86_400), since: now + .seconds(80_000)))
        }
    }

    @Test(
        "An invitation is accepted once, and a newer one to the address takes its place",
        arguments: StoreKind.allCases
    )
    func invitations(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let other = try await Tenant.make(database)
            let organization = tenant.organization.id
            let now = TestStore.moment
            let invitations = InvitationRepository(database)
            func invite(_ email: String, _ number: UInt8) async throws -> Invitation {
                let invitation = Invitation(
                    id: Identifier(UUID()),
                    organizationID: organization,
                    email: email,
                    role: .editor,
                    invitedBy: tenant.ada.id,
                    invitedByName: tenant.ada.name,
                    createdAt: now,
                    expiresAt: now + .seconds(60)
                )
                try await database.write {
                    try InvitationRepository.replace(with: invitation, tokenHash: hash(number), in: $0)
                }
                return invitation
            }
            _ = try await invite("bo@example.org", 1)
            let second = try await invite("BO@example.org", 2)
            #expect(try await invitations.find(tokenHash: hash(1), at: now) == nil)
            #expect(try await invitations.find(tokenHash: hash(2), at: now) == second)
            #expect(try await invitations.find(tokenHash: hash(2), at: now + .seconds(60)) == nil)
            #expect(try await invitations.list(ListRequest(), in: organization).items == [second])
            #expect(try await invitations.list(ListRequest(), in: other.organization.id).items == [])
            await #expect(throws: LoupeError.self) {
                try await database.write {
                    _ = try InvitationRepository.delete(second.id, in: other.organization.id, $0)
                }
            }
            let bo = try await tenant.addUser("Bo")
            try await database.write {
                try InvitationRepository.accept(tokenHash: hash(2), by: bo.id, at: now, $0)
            }
            await #expect(throws: LoupeError.self) {
                try await database.write {
                    try InvitationRepository.accept(tokenHash: hash(2), by: bo.id, at: now, $0)
                }
            }
            #expect(try await invitations.list(ListRequest(), in: organization).items == [])
        }
    }

    @Test("A reset is used once, ends the others, and only so many are made in an hour", arguments: StoreKind.allCases)
    func resets(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let ada = tenant.ada
            let resets = PasswordResetRepository(database)
            let now = TestStore.moment
            func add(_ number: UInt8, at time: Timestamp) async throws -> Bool {
                try await database.write {
                    try PasswordResetRepository.insert(tokenHash: hash(number), for: ada, limit: 3, at: time, $0)
                }
            }
            func use(_ number: UInt8, at time: Timestamp) async throws -> Bool {
                try await database.write {
                    try PasswordResetRepository.use(tokenHash: hash(number), of: ada, at: time, $0)
                }
            }
            for number in 1...3 as ClosedRange<UInt8> { #expect(try await add(number, at: now)) }
            #expect(try await add(4, at: now + .seconds(3599)) == false)
            #expect(try await resets.find(tokenHash: hash(1), at: now)?.id == ada.id)
            #expect(try await resets.find(tokenHash: hash(1), at: now + .seconds(3600)) == nil)
            #expect(try await use(1, at: now + .seconds(3600)) == false)
            #expect(try await use(1, at: now))
            #expect(try await use(1, at: now) == false)
            #expect(try await use(2, at: now) == false)
            #expect(try await add(4, at: now) == false)
            #expect(try await add(4, at: now + .seconds(3601)))
            #expect(try await resets.sweep(before: now + .seconds(3601), limit: 2) == 2)
        }
    }
}
