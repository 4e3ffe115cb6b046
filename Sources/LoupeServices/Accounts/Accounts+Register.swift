import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// Somebody who wants an account.
    package struct Registration: Sendable {
        package var email: String
        package var password: String
        package var name: String
        package var organizationName: String?
        package var setupCode: String?

        package init(
            email: String,
            password: String,
            name: String,
            organizationName: String? = nil,
            setupCode: String? = nil
        ) {
            self.email = email
            self.password = password
            self.name = name
            self.organizationName = organizationName
            self.setupCode = setupCode
        }
    }

    /// A code to print, where founding will need one; nil where it will not.
    package func prepareSetupCode() async throws -> String? {
        guard rules.needsSetupCode, try await registrationRule() == nil else { return nil }
        return try await setupCodes.add(at: surroundings.now())
    }

    /// The first registration founds the organization and its admin; later ones follow the founding organization's
    /// setting. Throws `forbidden` where they may not, `conflict` for an address that has an account.
    package func register(_ registration: Registration, from client: Client) async throws -> SignedIn {
        let isFounding = try await mayRegister(registration)
        let hash = try await hasher.hash(registration.password)
        do {
            do {
                return try await found(registration, hash: hash, isFounding: isFounding, from: client)
            } catch let error as LoupeError where error.isConflict(on: "organizations_founding_key") {
                // Somebody founded meanwhile: this registration is a later one.
                guard try await mayRegister(registration) == false else { throw error }
                return try await found(registration, hash: hash, isFounding: false, from: client)
            }
        } catch let error as LoupeError where error.isConflict(on: "users_email_key") {
            throw LoupeError(.conflict, "this address has an account already", underlying: error)
        }
    }

    /// The founding organization's setting; nil while nobody has registered.
    func registrationRule() async throws -> RegistrationRule? {
        try await database.read { transaction in
            try transaction.first(
                """
                SELECT s.registration FROM organizations AS o
                LEFT JOIN organization_settings AS s ON s.org_id = o.id AND o.is_founding
                ORDER BY CASE WHEN o.is_founding THEN 0 ELSE 1 END LIMIT 1
                """,
                // Where the founding organization is gone, nobody can open the server to strangers any more.
                as: { try $0.optionalText().flatMap(RegistrationRule.init(rawValue:)) ?? .closed }
            )
        }
    }

    /// Whether the registration founds; throws `forbidden` where it may not be.
    private func mayRegister(_ registration: Registration) async throws -> Bool {
        switch try await registrationRule() {
        case nil:
            guard rules.needsSetupCode else { return true }
            guard let code = registration.setupCode, try await setupCodes.isValid(code) else {
                throw LoupeError(.forbidden, "setup_code: the code that the server printed at its start is needed")
            }
            return true
        case .open?: return false
        case .invite?: throw LoupeError(.forbidden, "an account needs an invitation: ask an admin for one")
        case .closed?: throw LoupeError(.forbidden, "this server takes no new accounts")
        }
    }

    private func found(
        _ registration: Registration,
        hash: String,
        isFounding: Bool,
        from client: Client
    ) async throws -> SignedIn {
        let now = surroundings.now()
        var organization = Organization(
            id: surroundings.newID(),
            name: registration.organizationName ?? "\(registration.name.prefix(240))'s team",
            createdAt: now,
            updatedAt: now
        )
        organization.settings.registration = isFounding ? rules.registration : .invite
        let founded = organization
        let user = User(
            id: surroundings.newID(),
            organizationID: founded.id,
            email: registration.email,
            name: registration.name,
            role: .admin,
            createdAt: now
        )
        let start = sessionStart(for: user, from: client, at: now)
        let entry = AuditEntry(.accountRegister, .init(user), by: client.actor(user), in: surroundings)
        try await database.write { transaction in
            try OrganizationRepository.insert(founded, isFounding: isFounding, in: transaction)
            try UserRepository.insert(user, passwordHash: hash, in: transaction)
            try SessionRepository.insert(start.session, token: start.stored, in: transaction)
            try AuditRepository.append(entry, in: founded.id, transaction)
            if isFounding { try SetupCodes.removeAll(in: transaction) }
        }
        return try await signedIn(user, start)
    }
}
