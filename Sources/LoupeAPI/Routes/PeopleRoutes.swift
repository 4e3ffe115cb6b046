import LoupeCore
package import LoupeServices

/// `/api/v1/organizations/users`: who belongs to the organization.
package struct PeopleRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "email", "created_at"])
    static let filters = [QueryParameter("role", .words(Role.self), "Only people of this role")]

    let people: PeopleService
    let authenticator: Authenticator

    package init(people: PeopleService, authenticator: Authenticator) {
        self.people = people
        self.authenticator = authenticator
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .admin,
            summary: "The organization's people",
            options: .list(PeopleRoutes.list, filters: PeopleRoutes.filters),
            handler: list
        )
        api.change(
            "{id}/role",
            permission: .person(.admin),
            summary: "Changes what a person may do; the last admin stays one",
            handler: setRole
        )
        api.delete(
            "{id}",
            permission: .person(.admin),
            summary: "Removes a person; their schedules pass to the caller",
            handler: remove
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<UserBody> {
        let page = try await people.list(
            request.list(PeopleRoutes.list),
            role: request.query.oneOf("role"),
            by: request.caller
        )
        return PageBody(page.map { UserBody(user: $0) })
    }

    func setRole(_ request: AuthorizedRequest, _ body: RoleChange) async throws -> UserBody {
        let user = try await people.setRole(
            body.role,
            of: request.path("id", as: User.ID.self),
            by: request.caller
        )
        authenticator.forget(user: user.id)
        return UserBody(user: user)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: User.ID.self)
        try await people.remove(id, by: request.caller)
        authenticator.forget(user: id)
        return NoContent()
    }
}

/// `PUT /organizations/users/{id}/role`
package struct RoleChange: RequestBody {
    let role: Role

    package init(_ fields: Fields) {
        role = fields.required("role", .oneOf())
    }
}
