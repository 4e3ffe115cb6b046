import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("People and organizations in the store")
struct AccountRepositoryTests {
    @Test("An organization comes back with its settings, and changes by version", arguments: StoreKind.allCases)
    func organization(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let organizations = OrganizationRepository(database)
            let before = try await organizations.isEmpty()
            let tenant = try await Tenant.make(database, isFounding: true)
            let after = try await organizations.isEmpty()
            #expect(before && !after)
            var organization = try await organizations.find(tenant.organization.id)
            #expect(organization == tenant.organization)
            organization.name = "Renamed"
            organization.settings.timeZone = "Europe/Vienna"
            organization.settings.registration = .closed
            let changed = try await organizations.update(organization, at: TestStore.moment + .seconds(1))
            let found = try await organizations.find(organization.id)
            #expect(found == changed)
            #expect(found.version == 2)
            let stale = organization
            let error = try await #require(throws: LoupeError.self) {
                try await organizations.update(stale, at: TestStore.moment)
            }
            #expect(error.code == .preconditionFailed)
            let isFounding = try await organizations.isFounding(organization.id)
            #expect(isFounding)
        }
    }

    @Test("Of two founders at once one wins", arguments: StoreKind.allCases)
    func founders(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let conflicts = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        do {
                            _ = try await Tenant.make(database, name: "Org \(number)", isFounding: true)
                            return false
                        } catch let error as LoupeError {
                            return error.isConflict(on: "organizations_founding_key")
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(conflicts == 3)
        }
    }

    @Test("An address opens one account, whatever its case", arguments: StoreKind.allCases)
    func addresses(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let users = UserRepository(database)
            let found = try await users.credentials(email: tenant.ada.email.uppercased())
            #expect(found?.user == tenant.ada)
            #expect(found?.passwordHash == "hash")
            let other = try await Tenant.make(database)
            let same = User(
                id: Identifier(UUID()),
                organizationID: other.organization.id,
                email: tenant.ada.email.lowercased(),
                name: "Eve",
                role: .viewer,
                createdAt: TestStore.moment
            )
            let error = try await #require(throws: LoupeError.self) { try await users.insert(same, passwordHash: nil) }
            #expect(error.isConflict(on: "users_email_key"))
            await #expect(throws: LoupeError.self) { try await users.find(tenant.ada.id, in: other.organization.id) }
        }
    }

    @Test("People are listed, searched and sorted within their organization", arguments: StoreKind.allCases)
    func lists(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            _ = try await Tenant.make(database)
            _ = try await tenant.addUser("Bo_b", role: .viewer)
            _ = try await tenant.addUser("Ödön")
            let users = UserRepository(database)
            let organization = tenant.organization.id
            let all = try await users.list(ListRequest(), in: organization)
            #expect(all.items.map(\.name) == ["Ada", "Bo_b", "Ödön"])
            let viewers = try await users.list(ListRequest(), role: .viewer, in: organization)
            #expect(viewers.items.map(\.name) == ["Bo_b"])
            for (text, names) in [
                ("o_", ["Bo_b"]), ("ÖD", ["Ödön"]), ("x_y", []), ("@EXAMPLE", ["Ada", "Bo_b", "Ödön"]),
            ] {
                let page = try await users.list(ListRequest(search: text), in: organization)
                #expect(page.items.map(\.name) == names, "\(text)")
            }
            let byMail = try await users.list(ListRequest(sortBy: "email", direction: .descending), in: organization)
            #expect(byMail.items.map(\.name) == ["Ödön", "Bo_b", "Ada"])
        }
    }

    @Test("The last admin can be neither demoted nor removed", arguments: StoreKind.allCases)
    func lastAdmin(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let bob = try await tenant.addUser("Bob", role: .admin)
            let users = UserRepository(database)
            let (organization, now) = (tenant.organization.id, TestStore.moment)
            // Each demotes the other at once.
            let refused = await withTaskGroup(of: Int.self) { group in
                for id in [tenant.ada.id, bob.id] {
                    group.addTask {
                        do {
                            try await users.setRole(.viewer, of: id, in: organization, at: now)
                            return 0
                        } catch {
                            return (error as? LoupeError)?.code == .conflict ? 1 : 100
                        }
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(refused == 1)
            let admins = try await users.list(ListRequest(), role: .admin, in: organization).items
            #expect(admins.count == 1)
            let last = try #require(admins.first)
            let error = try await #require(throws: LoupeError.self) {
                try await users.remove(last.id, successor: last.id, in: organization, at: now)
            }
            #expect(error.code == .conflict)
        }
    }

    @Test("A removed person's name stays on what they made, and nothing else does", arguments: StoreKind.allCases)
    func removal(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let bob = try await tenant.addUser("Bob", role: .admin)
            let source = try await tenant.addDatasource()
            let query = tenant.query("Delays", on: source)
            try await QueryRepository(database).insert(query)
            let session = try await SessionRepositoryTests.start(for: tenant.ada, in: database)
            let users = UserRepository(database)
            let (organization, now) = (tenant.organization.id, TestStore.moment)
            try await users.remove(tenant.ada.id, successor: bob.id, in: organization, at: now)
            await #expect(throws: LoupeError.self) { try await users.find(tenant.ada.id, in: organization) }
            let credentials = try await users.credentials(email: tenant.ada.email)
            #expect(credentials == nil)
            let found = try await QueryRepository(database).find(query.id, in: organization)
            #expect(found.createdByName == "Ada")
            let signed = try await SessionRepository(database).find(session.id, in: organization)
            #expect(signed == nil)
            let again = User(
                id: Identifier(UUID()),
                organizationID: organization,
                email: tenant.ada.email,
                name: "Ada II",
                role: .viewer,
                createdAt: now
            )
            try await users.insert(again, passwordHash: nil)
        }
    }

    @Test("Names, passwords and preferences change", arguments: StoreKind.allCases)
    func changes(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let (users, preferences) = (UserRepository(database), PreferencesRepository(database))
            let (id, organization, now) = (tenant.ada.id, tenant.organization.id, TestStore.moment)
            try await users.rename(id, to: "Ada L.", in: organization, at: now)
            try await users.setPassword(hash: "new", of: id, in: organization, at: now)
            let user = try await users.find(id, in: organization)
            #expect(user.name == "Ada L.")
            let hash = try await users.passwordHash(of: id, in: organization)
            #expect(hash == "new")
            let empty = try await preferences.find(id, in: organization)
            #expect(empty == [:])
            for theme in ["dark", "light"] {
                try await preferences.set(["theme": .string(theme)], of: id, in: organization, at: now)
            }
            let set = try await preferences.find(id, in: organization)
            #expect(set == ["theme": "light"])
            let large = JSONValue.object(["x": .string(String(repeating: "x", count: 16_384))])
            let error = try await #require(throws: LoupeError.self) {
                try await preferences.set(large, of: id, in: organization, at: now)
            }
            #expect(error.code == .validationFailed)
        }
    }

    @Test("Of changes to preferences at once none loses another's", arguments: StoreKind.allCases)
    func mergedPreferences(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let tenant = try await Tenant.make(database)
            let (id, organization) = (tenant.ada.id, tenant.organization.id)
            let preferences = PreferencesRepository(database)
            let now = TestStore.moment
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<10 {
                    group.addTask {
                        _ = try await preferences.merge(["k\(number)": 1], of: id, in: organization, at: now)
                    }
                }
            }
            guard case .object(let members) = try await preferences.find(id, in: organization) else {
                throw LoupeError.notFound("preferences")
            }
            #expect(members.count == 10)
            let left = try await preferences.merge(["k1": .null, "k2": 2], of: id, in: organization, at: now)
            guard case .object(let changed) = left else { throw LoupeError.notFound("preferences") }
            #expect(changed.count == 9)
            #expect(changed["k2"] == 2)
        }
    }

    @Test("Wrong passwords count by account and address, and start over when forgotten", arguments: StoreKind.allCases)
    func loginFailures(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let failures = LoginFailureRepository(database)
            let now = TestStore.moment
            func fail(_ email: String, _ address: String, _ at: Timestamp) async throws {
                try await failures.record(LoginFailureRepository.Failure(email: email, address: address, at: at))
            }
            func count(_ address: String, _ at: Timestamp) async throws -> LoginFailureRepository.Count {
                try await failures.count(email: "a@x.ORG", address: address, at: at)
            }
            try await fail("A@x.org", "::1", now)
            try await fail("a@X.org", "::1", now + .seconds(1))
            try await fail("a@x.org", "::2", now - .seconds(600))
            try await fail("b@x.org", "::1", now)
            let both = try await count("::1", now + .seconds(1))
            #expect(both.fromAddress == 2)
            #expect(both.ofAccount == 3)
            #expect(both.lastFromAddress == now + .seconds(1))
            #expect(both.lockedUntil == nil)
            let later = try await count("::2", now + .seconds(301))
            #expect(later.fromAddress == 0)
            #expect(later.ofAccount == 2)
            try await fail("a@x.org", "::2", now + .seconds(301))
            #expect(try await count("::2", now + .seconds(301)).fromAddress == 1)
            try await failures.clear(email: "a@x.org", address: "::1")
            #expect(try await count("::1", now + .seconds(301)).fromAddress == 0)
            let swept = try await failures.sweep(before: now + .seconds(1000), limit: 1)
            #expect(swept == 1)
        }
    }

    @Test("A series that locked is remembered past its longest wait", arguments: StoreKind.allCases)
    func longSeries(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let failures = LoginFailureRepository(database)
            var now = TestStore.moment
            var waits: [Duration] = []
            for number in 1...18 {
                try await failures.record(
                    LoginFailureRepository.Failure(email: "a@x.org", address: "::1", at: now)
                )
                let count = try await failures.count(email: "a@x.org", address: "::1", at: now)
                #expect(count.fromAddress == number)
                if let end = count.lockedUntil {
                    waits.append(end.since(now))
                    now = end
                }
            }
            #expect(waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600].map { .seconds($0) })
            let other = try await failures.count(email: "a@x.org", address: "::2", at: now)
            #expect(other.lockedUntil == nil)
            let forgotten = try await failures.count(email: "a@x.org", address: "::1", at: now + .seconds(901))
            #expect(forgotten.fromAddress == 0)
        }
    }

    @Test("A hundred failures from anywhere make every address wait", arguments: StoreKind.allCases)
    func everywhere(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let failures = LoginFailureRepository(database)
            let now = TestStore.moment
            for number in 0..<100 {
                #expect(try await failures.count(email: "a@x.org", address: "new", at: now).lockedUntil == nil)
                let address = "10.0.0.\(number / 9)"
                try await failures.record(LoginFailureRepository.Failure(email: "a@x.org", address: address, at: now))
            }
            let locked = try await failures.count(email: "a@x.org", address: "new", at: now)
            #expect(locked.lockedUntil == now + .seconds(60))
            #expect(try await failures.count(email: "b@x.org", address: "new", at: now).lockedUntil == nil)
        }
    }
}
