package import LoupeCore
package import LoupeSecurity
package import LoupeStore

/// People's way in: founding, registering, signing in, staying signed in, signing out.
package struct Accounts: Sendable {
    let database: any Database
    let organizations: OrganizationRepository
    let users: UserRepository
    let sessions: SessionRepository
    let failures: LoginFailureRepository
    let keys: APIKeyRepository
    let invited: InvitationRepository
    let resets: PasswordResetRepository
    let setupCodes: SetupCodes
    /// When sessions and keys were last seen; to be run as long as the process answers.
    package let seen: LastSeen
    let post: Post
    let links: Links
    let hasher: PasswordHasher
    let tokens: AccessTokens
    let sealer: Sealer
    let rules: Rules
    let surroundings: Surroundings

    /// What an installation decides.
    package struct Rules: Hashable, Sendable {
        /// The founding organization's setting at the start; it may change it.
        package var registration: RegistrationRule
        /// Whether founding needs the code that the server printed: everywhere but on loopback.
        package var needsSetupCode: Bool
        /// How links get to people who are not there.
        package var delivery: Delivery

        package init(
            registration: RegistrationRule = .invite,
            needsSetupCode: Bool = false,
            delivery: Delivery = .none
        ) {
            self.registration = registration
            self.needsSetupCode = needsSetupCode
            self.delivery = delivery
        }

        package enum Delivery: Hashable, Sendable {
            case mail
            /// Into the operator's log: in development only, as a link there opens an account to whoever reads it.
            case log
            /// Not at all: an invitation's link is shown to the admin, and nobody can set a forgotten password by themselves.
            case none
        }

        var canSendLinks: Bool { delivery != .none }
    }

    package init(
        database: any Database,
        hasher: PasswordHasher,
        tokens: AccessTokens,
        sealer: Sealer,
        rules: Rules,
        post: Post,
        links: Links,
        surroundings: Surroundings
    ) {
        self.database = database
        organizations = OrganizationRepository(database)
        users = UserRepository(database)
        sessions = SessionRepository(database)
        failures = LoginFailureRepository(database)
        keys = APIKeyRepository(database)
        invited = InvitationRepository(database)
        resets = PasswordResetRepository(database)
        setupCodes = SetupCodes(database: database)
        seen = LastSeen(database: database, surroundings: surroundings)
        self.post = post
        self.links = links
        self.hasher = hasher
        self.tokens = tokens
        self.sealer = sealer
        self.rules = rules
        self.surroundings = surroundings
    }

    /// From where somebody signs in.
    package struct Client: Hashable, Sendable {
        package var address: String
        package var userAgent: String
        package var requestID: String?

        package init(address: String, userAgent: String, requestID: String? = nil) {
            self.address = address
            self.userAgent = userAgent
            self.requestID = requestID
        }

        func actor(_ user: User) -> AuditActor {
            .user(user, address: address, requestID: requestID)
        }

        /// Somebody who has not shown who they are.
        var unknown: AuditActor {
            AuditActor(kind: .system, id: nil, name: "somebody", address: address, requestID: requestID)
        }
    }

    /// What a person gets who signed in.
    package struct SignedIn: Sendable {
        package let user: User
        package let session: Session.ID
        package let tokens: Tokens
    }

    /// An access token with its end, and what gets the next one.
    package struct Tokens: Hashable, Sendable {
        package let access: String
        package let expiresAt: Timestamp
        package let refresh: RandomToken
    }

    /// What a first visitor must know.
    package struct Setup: Hashable, Sendable {
        package let needsSetup: Bool
        package let needsCode: Bool
        package let registration: RegistrationRule
        package let hasMail: Bool
    }

    package func setup() async throws -> Setup {
        let registration = try await registrationRule()
        return Setup(
            needsSetup: registration == nil,
            needsCode: registration == nil && rules.needsSetupCode,
            registration: registration ?? rules.registration,
            hasMail: rules.delivery == .mail
        )
    }

    package func user(_ id: User.ID, in organization: Organization.ID) async throws -> User {
        try await users.find(id, in: organization)
    }

    package func rename(to name: String, by caller: Caller) async throws -> User {
        let surroundings = surroundings
        return try await database.write { transaction in
            let before = try UserRepository.find(caller.user, in: caller.organization, transaction)
            let details: JSONValue = ["from": .string(before.name), "to": .string(name)]
            let entry = AuditEntry(.userRename, .init(before), details: details, by: caller, in: surroundings)
            try UserRepository.rename(before.id, to: name, in: caller.organization, at: entry.at, transaction)
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return try UserRepository.find(before.id, in: caller.organization, transaction)
        }
    }
}
