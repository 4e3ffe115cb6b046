import LoupeCore
package import LoupeServices

/// `/api/v1/auth/sessions`: where the caller is signed in.
package struct SessionRoutes: Sendable {
    static let list = ListRules(sorts: ["last_seen_at", "created_at"], isSearchable: false)

    let accounts: Accounts
    let authenticator: Authenticator

    package init(accounts: Accounts, authenticator: Authenticator) {
        self.accounts = accounts
        self.authenticator = authenticator
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .person(.view),
            summary: "The caller's sessions, the last seen first",
            options: .list(SessionRoutes.list),
            handler: list
        )
        api.delete("{id}", permission: .person(.view), summary: "Ends a session", handler: remove)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<SessionBody> {
        let page = try await accounts.sessions(request.list(SessionRoutes.list), by: request.caller)
        return PageBody(page.map { SessionBody(session: $0, isCurrent: $0.id == request.identity.session) })
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Session.ID.self)
        try await accounts.revoke(id, by: request.caller)
        authenticator.forget(id)
        return NoContent()
    }
}

/// A session as its person sees it.
struct SessionBody: JSONEncodableBody {
    let session: Session
    let isCurrent: Bool

    static let schema = Schema.object(
        "Session",
        [
            .field("id", .id),
            .field("user_agent", .string(0...512)),
            .field("address", .string(0...64)),
            .field("created_at", .time),
            .field("last_seen_at", .time),
            .field("current", .boolean),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", session.id)
            json.field("user_agent", session.userAgent)
            json.field("address", session.address)
            json.field("created_at", session.createdAt)
            json.field("last_seen_at", session.lastSeenAt)
            json.field("current", isCurrent)
        }
    }
}
