import LoupeCore
import LoupeSecurity
package import LoupeServices
import LoupeStore

/// `/api/v1/api-keys`
package struct APIKeyRoutes: Sendable {
    static let list = ListRules(sorts: ["created_at"], isSearchable: false)

    let accounts: Accounts
    let authenticator: Authenticator

    package init(accounts: Accounts, authenticator: Authenticator) {
        self.accounts = accounts
        self.authenticator = authenticator
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .person(.view),
            summary: "The caller's API keys; for an admin everybody's",
            options: .list(APIKeyRoutes.list),
            handler: list
        )
        api.post(permission: .person(.view), summary: "Makes an API key; its text is shown once", handler: create)
        api.delete("{id}", permission: .person(.view), summary: "Ends an API key", handler: remove)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<APIKeyBody> {
        let page = try await accounts.keys(request.list(APIKeyRoutes.list), by: request.caller)
        return PageBody(page.map { APIKeyBody(key: $0.key, role: $0.role, ownerName: $0.owner.name, text: nil) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewAPIKey) async throws -> APIKeyBody {
        let caller = request.caller
        let (key, text) = try await accounts.makeKey(
            named: body.name,
            role: body.role,
            expiresAt: body.expiresAt,
            by: caller
        )
        return APIKeyBody(key: key, role: key.role, ownerName: caller.name, text: text)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: APIKey.ID.self)
        try await accounts.revokeKey(id, by: request.caller)
        authenticator.forget(key: id)
        return NoContent()
    }
}

/// `POST /api-keys`; without a role the key has its maker's.
package struct NewAPIKey: RequestBody {
    let name: String
    let role: Role?
    let expiresAt: Timestamp?

    package init(_ fields: Fields) {
        name = fields.required("name", .name)
        role = fields.optional("role", .oneOf())
        expiresAt = fields.optional("expires_at", .time)
    }
}

/// An API key; its text stands in the answer to its creation only.
struct APIKeyBody: JSONEncodableBody {
    let key: APIKey
    /// What it may do now.
    let role: Role
    let ownerName: String
    let text: APIKeyText?

    static let schema = Schema.object(
        "APIKey",
        [
            .field("id", .id),
            .field("name", .name),
            .field("prefix", .string(4...16)),
            .sometimes("key", .string(49...49)),
            .field("role", .words(Role.self)),
            .field("user_id", .id),
            .field("user_name", .name),
            .field("created_at", .time),
            .field("expires_at", .time.orNull),
            .field("last_used_at", .time.orNull),
        ]
    )

    var location: String? { "/api/v1/api-keys/\(key.id)" }
    var caching: Answer.Caching { text == nil ? .revalidate : .never }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", key.id)
            json.field("name", key.name)
            json.field("prefix", key.prefix)
            if let text { json.field("key", text.text) }
            json.field("role", role.rawValue)
            json.field("user_id", key.userID)
            json.field("user_name", ownerName)
            json.field("created_at", key.createdAt)
            json.field("expires_at", key.expiresAt)
            json.field("last_used_at", key.lastUsedAt)
        }
    }
}
