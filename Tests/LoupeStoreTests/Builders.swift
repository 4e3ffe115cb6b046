import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport

/// An organization with people, made for one test.
struct Tenant {
    let database: any Database
    let organization: Organization
    let ada: User

    static func make(_ database: any Database, name: String = "Acme", isFounding: Bool = false) async throws -> Tenant {
        let organization = Organization(
            id: Identifier(UUID()),
            name: name,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
        let ada = user("Ada", in: organization.id, role: .admin)
        try await database.write { transaction in
            try OrganizationRepository.insert(organization, isFounding: isFounding, in: transaction)
            try UserRepository.insert(ada, passwordHash: "hash", in: transaction)
        }
        return Tenant(database: database, organization: organization, ada: ada)
    }

    static func user(_ name: String, in organization: Organization.ID, role: Role = .editor) -> User {
        let id = UUID()
        return User(
            id: Identifier(id),
            organizationID: organization,
            email: "\(name)-\(id.uuidString.prefix(8))@Example.org",
            name: name,
            role: role,
            createdAt: TestStore.moment
        )
    }

    func addUser(_ name: String, role: Role = .editor) async throws -> User {
        let user = Tenant.user(name, in: organization.id, role: role)
        try await UserRepository(database).insert(user, passwordHash: "hash")
        return user
    }

    func addDatasource(_ name: String = "warehouse", maxConcurrency: Int = 4) async throws -> Datasource {
        var datasource = Datasource(
            id: Identifier(UUID()),
            organizationID: organization.id,
            name: name,
            kind: .postgres,
            connection: Datasource.Connection(
                host: "db.example",
                port: 5432,
                database: "d",
                user: "u",
                sslmode: "require"
            ),
            createdBy: ada.id,
            createdByName: ada.name,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
        datasource.maxConcurrency = maxConcurrency
        try await DatasourceRepository(database).insert(datasource, sealed: [1, 2, 3])
        return datasource
    }

    func query(
        _ name: String,
        on datasource: Datasource,
        sql: String = "SELECT 1",
        tags: [String] = [],
        after: Duration = .zero
    ) -> SavedQuery {
        SavedQuery(
            id: Identifier(UUID()),
            organizationID: organization.id,
            datasourceID: datasource.id,
            name: name,
            description: "about \(name)",
            sql: sql,
            parameters: [ParameterDefinition(name: "start", type: .date, isRequired: true)],
            tags: tags,
            createdBy: ada.id,
            createdByName: ada.name,
            createdAt: TestStore.moment + after,
            updatedAt: TestStore.moment + after
        )
    }
}

extension Page {
    /// Every item of a collection, page by page.
    static func everything(
        limit: Int,
        sortBy: String?,
        direction: SortDirection?,
        byCursor: Bool,
        _ load: (ListRequest) async throws -> Page<Item>
    ) async throws -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let request = try ListRequest(
                limit: limit,
                offset: byCursor ? nil : items.count,
                cursor: byCursor ? cursor : nil,
                sortBy: sortBy,
                direction: direction
            )
            let page = try await load(request)
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return items
    }
}
