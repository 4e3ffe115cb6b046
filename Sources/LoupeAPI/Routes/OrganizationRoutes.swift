import LoupeCore
package import LoupeServices

/// `/api/v1/organizations`
package struct OrganizationRoutes: Sendable {
    let people: PeopleService
    let sample: SampleService

    package init(people: PeopleService, sample: SampleService) {
        self.people = people
        self.sample = sample
    }

    package func add(to api: Endpoints) {
        api.get("current", permission: .view, summary: "The caller's organization", handler: show)
        api.change("current", permission: .admin, summary: "Changes its name and settings", handler: change)
        api.post("sample", permission: .admin, summary: "Attaches the sample data", handler: attachSample)
    }

    func show(_ request: AuthorizedRequest) async throws -> OrganizationBody {
        OrganizationBody(organization: try await people.organization(request.organization))
    }

    func change(_ request: AuthorizedRequest, _ body: OrganizationChange) async throws -> OrganizationBody {
        let changed = try await people.changeOrganization(
            version: request.expectedVersion(),
            by: request.caller,
            body.applied
        )
        return OrganizationBody(organization: changed)
    }

    func attachSample(_ request: AuthorizedRequest) async throws -> SampleBody {
        let caller = request.caller
        return SampleBody(
            datasource: try await sample.attach(by: caller.user, in: caller.organization, actor: caller.auditActor)
        )
    }
}

/// What the sample brought. It has no dashboards and no canvas of its own.
struct SampleBody: JSONEncodableBody {
    let datasource: Datasource.ID

    static let schema = Schema.object(
        "Sample",
        [
            .field("datasource_id", .id),
            .field("dashboard_ids", .array(.id, count: 0...100)),
            .field("canvas_id", .id.orNull),
        ]
    )

    var location: String? { "/api/v1/datasources/\(datasource)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("datasource_id", datasource)
            json.key("dashboard_ids")
            json.array { _ in }
            json.key("canvas_id")
            json.null()
        }
    }
}
