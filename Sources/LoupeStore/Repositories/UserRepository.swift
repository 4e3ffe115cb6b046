package import LoupeCore

/// People. A removed person's row stays, without address and password, as the name on what they made; no call here
/// answers with it.
package struct UserRepository: Sendable {
    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func find(_ id: User.ID, in organization: Organization.ID) async throws -> User {
        try await database.read { try Self.find(id, in: organization, $0) }
    }

    package static func find(
        _ id: User.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> User {
        let user = try transaction.first(
            "SELECT \(columns) FROM users AS u WHERE \(isHere(id, organization))",
            as: User.init(row:)
        )
        guard let user else { throw LoupeError.notFound("user") }
        return user
    }

    /// The account of an address with its password's hash, across organizations: for signing in only.
    package func credentials(email: String) async throws -> (user: User, passwordHash: String?)? {
        let key = email.folded
        return try await database.read { transaction in
            try transaction.first(
                """
                SELECT \(Self.columns), u.password_hash FROM users AS u
                WHERE u.email_key = \(key) AND u.deleted_at IS NULL
                """
            ) { row in (user: try User(row: &row), passwordHash: try row.optionalText()) }
        }
    }

    package func passwordHash(of id: User.ID, in organization: Organization.ID) async throws -> String? {
        let found: String?? = try await database.read { transaction in
            try transaction.first(
                "SELECT u.password_hash FROM users AS u WHERE \(Self.isHere(id, organization))"
            ) { try $0.optionalText() }
        }
        guard let hash = found else { throw LoupeError.notFound("user") }
        return hash
    }

    package func list(
        _ request: ListRequest,
        role: Role? = nil,
        in organization: Organization.ID
    ) async throws -> Page<User> {
        var filter: SQL = "u.org_id = \(organization) AND u.deleted_at IS NULL"
        if let role { filter += " AND u.role = \(role)" }
        if let search = request.search?.folded {
            let pattern = TextSearch.pattern(containing: search)
            filter += #" AND (u.name_key LIKE \#(pattern) ESCAPE '\' OR u.email_key LIKE \#(pattern) ESCAPE '\')"#
        }
        let query = ListQuery(
            columns: Self.columns,
            from: "users AS u",
            filter: filter,
            id: "u.id",
            sorts: [
                ListSort("name", "u.name_key", .text), ListSort("email", "u.email_key", .text),
                ListSort("created_at", "u.created_at", .time),
            ]
        )
        return try await database.read { try query.page(request, in: $0, as: User.init(row:)) }
    }

    static let columns: SQL = "u.id, u.org_id, u.email, u.name, u.role, u.created_at"

    static func isHere(_ id: User.ID, _ organization: Organization.ID) -> SQL {
        "u.org_id = \(organization) AND u.id = \(id) AND u.deleted_at IS NULL"
    }
}

extension User {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            email: try row.text(),
            name: try row.text(),
            role: try row.enum(),
            createdAt: try row.timestamp()
        )
    }
}
