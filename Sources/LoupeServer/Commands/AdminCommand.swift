import Foundation
package import LoupeCore
import LoupeSecurity
import LoupeServices
import LoupeStore

/// `loupe admin create-user`: an account without the web, for a first admin or one who locked themselves out.
package struct AccountMaker: Sendable {
    /// Whom to make. The organization is founded where there is none yet.
    package struct Wanted: Sendable {
        package var email: String
        package var name: String
        package var role: Role
        package var organization: String
        package var password: String

        /// Throws `ExitError` where there is no such role.
        package init(email: String, name: String, roleName: String, organization: String, password: String) throws {
            guard let role = Role(rawValue: roleName) else {
                throw ExitError(
                    .dataError,
                    "The role must be \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }
            self.email = email
            self.name = name
            self.role = role
            self.organization = organization
            self.password = password
        }
    }

    private let installation: Installation

    package init(_ installation: Installation) {
        self.installation = installation
    }

    /// Throws `ExitError` for values that break a rule or an address that is taken.
    package func create(_ wanted: Wanted) async throws -> User {
        try check(wanted)
        try await installation.prepare()
        let hash = try await PasswordHasher().hash(wanted.password)
        let organization = try await organization(named: wanted.organization)
        let user = User(
            id: installation.surroundings.newID(),
            organizationID: organization.id,
            email: wanted.email,
            name: wanted.name,
            role: wanted.role,
            createdAt: installation.surroundings.now()
        )
        let subject = AuditEntry.Subject(user)
        let entry = AuditEntry(.accountCreate, subject, by: .commandLine, in: installation.surroundings)
        do {
            try await installation.database.write { transaction in
                try UserRepository.insert(user, passwordHash: hash, in: transaction)
                try AuditRepository.append(entry, in: organization.id, transaction)
            }
        } catch let error as LoupeError where error.code == .conflict {
            throw ExitError(.dataError, "There is an account with this address already.")
        }
        return user
    }

    private func check(_ wanted: Wanted) throws {
        guard wanted.email.contains("@"), wanted.email.utf8.count <= 255 else {
            throw ExitError(.dataError, "The address must have an @ and at most 255 characters.")
        }
        try AccountMaker.check(password: wanted.password)
        guard (1...255).contains(wanted.name.count), (1...255).contains(wanted.organization.count) else {
            throw ExitError(.dataError, "Names must have 1 to 255 characters.")
        }
    }

    /// Sets a new password and ends every session of the account, whose address as it is kept it returns. Throws
    /// `ExitError`.
    package func resetPassword(of email: String, to password: String) async throws -> String {
        try AccountMaker.check(password: password)
        return try await known { try await $0.setPassword(of: email, to: password) }
    }

    /// Forgets an account's wrong passwords, so that it can sign in at once; its address as it is kept. Throws `ExitError`.
    package func unlock(_ email: String) async throws -> String {
        try await known { try await $0.unlock(email) }
    }

    private func known(_ body: (Accounts) async throws -> User) async throws -> String {
        try await installation.prepare()
        do {
            return try await body(try await APIServer.make(installation).accounts).email
        } catch let error as LoupeError where error.code == .notFound {
            throw ExitError(.dataError, "There is no account with this address.")
        }
    }

    private static func check(password: String) throws {
        guard (8...128).contains(password.unicodeScalars.count) else {
            throw ExitError(.dataError, "The password must have 8 to 128 characters.")
        }
        guard !CommonPasswords.contains(password) else {
            throw ExitError(.dataError, "The password is one of the most common ones.")
        }
    }

    private func organization(named name: String) async throws -> Organization {
        let repository = OrganizationRepository(installation.database)
        let all = try await repository.all()
        if let found = all.first(where: { $0.name == name }) { return found }
        guard all.isEmpty else {
            throw ExitError(
                .dataError,
                "There is no organization \"\(name)\"; there is \(all.map { "\"\($0.name)\"" }.joined(separator: ", "))."
            )
        }
        let now = installation.surroundings.now()
        let organization = Organization(
            id: installation.surroundings.newID(),
            name: name,
            createdAt: now,
            updatedAt: now
        )
        try await installation.database.write { transaction in
            try OrganizationRepository.insert(organization, isFounding: true, in: transaction)
        }
        return organization
    }
}
