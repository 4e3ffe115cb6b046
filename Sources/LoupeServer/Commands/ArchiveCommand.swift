import LoupeCore
import LoupeServices
import LoupeStore

/// `loupe export` and `loupe import`: an organization as files.
package struct ArchiveCommand: Sendable {
    private let installation: Installation
    private let directory: ArchiveDirectory

    package init(_ installation: Installation, directory: String) {
        self.installation = installation
        self.directory = ArchiveDirectory(directory)
    }

    /// Writes an organization's files; how many objects they hold. Throws `ExitError`.
    package func export(organizationNamed name: String?) async throws -> Int {
        try await reportingFailures {
            let archive = try await service.export(by: admin(ofOrganizationNamed: name))
            try directory.write(archive)
            return archive.count
        }
    }

    /// Reads files into an organization, or only says what that would change: a line each. Throws `ExitError`.
    package func importing(organizationNamed name: String?, onlyPlan: Bool) async throws -> [String] {
        try await reportingFailures {
            let archive = try directory.read()
            let caller = try await admin(ofOrganizationNamed: name)
            let prepared = try await service.prepare(archive, by: caller)
            if !onlyPlan { try await service.apply(prepared, by: caller) }
            return prepared.plan.lines
        }
    }

    private var service: ArchiveService {
        ArchiveService(
            database: installation.database,
            rules: installation.connectors.rules,
            signals: installation.store.signals,
            surroundings: installation.surroundings
        )
    }

    /// In whose name: an admin, as only one may export and import the whole.
    private func admin(ofOrganizationNamed name: String?) async throws -> Caller {
        try await installation.prepare()
        let organizations = try await OrganizationRepository(installation.database).all()
        let matching = organizations.filter { name == nil || $0.name == name }
        guard let organization = matching.first, matching.count == 1 else {
            let names = organizations.map { "\"\($0.name)\"" }.joined(separator: ", ")
            let message =
                names.isEmpty ? "There is no organization yet." : "Name the organization with --org; there is \(names)."
            throw ExitError(.dataError, message)
        }
        let people = try await UserRepository(installation.database).list(
            ListRequest(limit: 1),
            role: .admin,
            in: organization.id
        )
        guard let admin = people.items.first else {
            throw ExitError(.dataError, "The organization has no admin in whose name to do it.")
        }
        return Caller(organization: organization.id, user: admin.id, name: admin.name, role: .admin, address: "")
    }

    private func reportingFailures<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as ArchiveRefusal {
            throw ExitError(.dataError, "\(refusal)")
        } catch let failure as ArchiveDirectory.Failure {
            throw ExitError(.ioError, "\(failure).")
        } catch let error as LoupeError {
            throw ExitError(error.code == .unavailable ? .unavailable : .dataError, "\(error.message).")
        }
    }
}
