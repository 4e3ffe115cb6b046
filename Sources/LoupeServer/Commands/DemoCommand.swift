package import LoupeCore
import LoupeServices
import LoupeStore

/// `loupe demo --org NAME`: attaches the sample data to an organization.
package struct Demo: Sendable {
    private let installation: Installation

    package init(_ installation: Installation) {
        self.installation = installation
    }

    /// Throws `ExitError` where there is no such organization or nobody in it to own the sample.
    package func attach(toOrganizationNamed name: String) async throws -> Datasource.ID {
        try await installation.prepare()
        let organizations = try await OrganizationRepository(installation.database).all()
        guard let organization = organizations.first(where: { $0.name == name }) else {
            let names = organizations.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw ExitError(
                .dataError,
                names.isEmpty ? "There is no organization yet." : "There is no such organization; there is \(names)."
            )
        }
        let people = try await UserRepository(installation.database).list(
            ListRequest(limit: 1),
            role: .admin,
            in: organization.id
        )
        guard let admin = people.items.first else {
            throw ExitError(.dataError, "The organization has no admin who could own the sample.")
        }
        do {
            return try await installation.samples.attach(by: admin.id, in: organization.id, actor: .commandLine)
        } catch let error as LoupeError {
            throw ExitError(.unavailable, "The sample was not attached: \(error.message).")
        }
    }
}
