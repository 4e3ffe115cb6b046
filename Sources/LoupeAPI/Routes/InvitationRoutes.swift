import HTTPTypes
import LoupeCore
package import LoupeServices

/// `/api/v1/organizations/invitations`, and `/api/v1/auth/invitations/accept` for whom they reach.
package struct InvitationRoutes: Sendable {
    static let list = ListRules(sorts: ["created_at"], isSearchable: false)

    let accounts: Accounts
    let cookie: RefreshCookie

    package init(accounts: Accounts, rules: APIRules) {
        self.accounts = accounts
        cookie = RefreshCookie(rules: rules)
    }

    package func add(to api: Endpoints) {
        let group = api.group("organizations/invitations")
        group.get(
            permission: .person(.admin),
            summary: "Invitations that nobody accepted yet",
            options: .list(InvitationRoutes.list),
            handler: list
        )
        group.post(
            permission: .person(.admin),
            summary: "Invites the person of an address; an earlier invitation of theirs ends",
            options: EndpointOptions().with { $0.fails = [.conflict] },
            handler: create
        )
        group.delete("{id}", permission: .person(.admin), summary: "Takes an invitation back", handler: remove)
        api.group("auth").post(
            "invitations/accept",
            permission: .everyone,
            summary: "An account for whoever has an invitation's link",
            options: EndpointOptions.limited(.register).with {
                $0.content = .of(TokensBody.self)
                $0.fails = [.conflict, .forbidden]
            },
            handler: accept
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<InvitationBody> {
        let page = try await accounts.invitations(request.list(InvitationRoutes.list), in: request.organization)
        return PageBody(page.map { InvitationBody(invitation: $0, link: nil) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewInvitation) async throws -> InvitationBody {
        let invited = try await accounts.invite(body.email, as: body.role, by: request.caller)
        return InvitationBody(invitation: invited.invitation, link: invited.link)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        try await accounts.withdraw(request.path("id", as: Invitation.ID.self), by: request.caller)
        return NoContent()
    }

    func accept(_ request: IncomingRequest, _ body: InvitationAcceptance) async throws -> Answer {
        let signedIn = try await accounts.accept(
            token: body.token,
            name: body.name,
            password: body.password,
            from: request.accountsClient
        )
        return cookie.answer(signedIn.tokens, user: signedIn.user)
    }
}

/// `POST /organizations/invitations`
package struct NewInvitation: RequestBody {
    let email: String
    let role: Role

    package init(_ fields: Fields) {
        email = fields.required("email", .email)
        role = fields.required("role", .oneOf())
    }
}

/// `POST /auth/invitations/accept`
package struct InvitationAcceptance: RequestBody {
    let token: String
    let name: String
    let password: String

    package init(_ fields: Fields) {
        token = fields.required("token", .text(1...200))
        name = fields.required("name", .name)
        password = fields.required("password", .newPassword)
    }
}

/// An invitation; its link stands in the answer to its creation only.
struct InvitationBody: JSONEncodableBody {
    let invitation: Invitation
    let link: String?

    static let schema = Schema.object(
        "Invitation",
        [
            .field("id", .id),
            .field("email", .string(3...255)),
            .field("role", .words(Role.self)),
            .sometimes("link", .string(1...2048)),
            .field("created_by", .id.orNull),
            .field("created_by_name", .name.orNull),
            .field("created_at", .time),
            .field("expires_at", .time),
        ]
    )

    var location: String? { "/api/v1/organizations/invitations/\(invitation.id)" }
    var caching: Answer.Caching { link == nil ? .revalidate : .never }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", invitation.id)
            json.field("email", invitation.email)
            json.field("role", invitation.role.rawValue)
            if let link { json.field("link", link) }
            json.field("created_by", invitation.invitedBy)
            json.field("created_by_name", invitation.invitedByName)
            json.field("created_at", invitation.createdAt)
            json.field("expires_at", invitation.expiresAt)
        }
    }
}
