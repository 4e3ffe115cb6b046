package import LoupeCore
package import LoupeSecurity
package import LoupeStore

/// Seals and opens connection strings. Organization and datasource are part of the seal, so that a row that was
/// copied elsewhere does not open there.
package struct DatasourceSecrets: Sendable {
    private let sealer: Sealer
    private let database: any Database

    package init(sealer: Sealer, database: any Database) {
        self.sealer = sealer
        self.database = database
    }

    package func seal(_ connection: String, for id: Datasource.ID, of organization: Organization.ID) throws -> [UInt8] {
        Array(try sealer.seal(connection, context: context(id.description, organization)).utf8)
    }

    /// The connection string of a saved datasource. Throws `not_found`.
    package func open(_ datasource: Datasource.Handle) async throws -> String {
        let (_, sealed) = try await DatasourceRepository(database)
            .connection(of: datasource.id, in: datasource.organizationID)
        return try open(sealed, of: datasource)
    }

    func open(_ sealed: [UInt8], of datasource: Datasource.Handle) throws -> String {
        try open(sealed, context: context(datasource.id.description, datasource.organizationID))
    }

    /// Seals a connection that is only to be tested.
    package func seal(_ connection: String, for item: WorkItem.ID, of organization: Organization.ID) throws -> [UInt8] {
        Array(try sealer.seal(connection, context: context(item.description, organization)).utf8)
    }

    package func open(_ item: WorkItem) throws -> String {
        try open(item.sealed ?? [], context: context(item.id.description, item.organizationID))
    }

    private func context(_ name: String, _ organization: Organization.ID) -> [String] {
        ["connection", organization.description, name]
    }

    private func open(_ sealed: [UInt8], context: [String]) throws -> String {
        do {
            return try sealer.openText(String(decoding: sealed, as: UTF8.self), context: context)
        } catch {
            throw LoupeError(.internalError, "a stored connection does not open", underlying: error)
        }
    }
}
