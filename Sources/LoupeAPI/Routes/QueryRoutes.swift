import HTTPTypes
import LoupeCore
package import LoupeServices
package import LoupeStore

/// `/api/v1/queries`
package struct QueryRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "created_at", "updated_at"], hasTags: true)

    static let filters = [QueryParameter("datasource_id", .id, "Only queries on this datasource")]

    let queries: QueryService
    let revisions: RevisionRepository

    package init(queries: QueryService, revisions: RevisionRepository) {
        self.queries = queries
        self.revisions = revisions
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .view,
            summary: "The saved queries",
            options: .list(QueryRoutes.list, filters: QueryRoutes.filters),
            handler: list
        )
        api.post(permission: .edit, summary: "Saves a query", options: .idempotent, handler: create)
        api.post(
            "validate",
            // It hands SQL that is not saved to a database's planner.
            permission: .edit,
            summary: "What is wrong with a statement, without running it",
            status: .ok,
            options: EndpointOptions().with { $0.fails = [.notFound, .connectionError, .timeout] },
            handler: validate
        )
        api.get("{id}", permission: .view, summary: "One saved query", options: .opening(.query), handler: show)
        api.change("{id}", permission: .edit, summary: "Changes a query", handler: change)
        api.delete(
            "{id}",
            permission: .edit,
            summary: "Removes a query",
            options: .cascading,
            handler: remove
        )
        api.post(
            "{id}/duplicate",
            permission: .edit,
            summary: "Makes a copy of a query",
            options: .idempotent,
            handler: duplicate
        )
        api.get("{id}/usage", permission: .view, summary: "What uses a query", handler: usage)
        QueryTransferRoutes(queries: queries).add(to: api)
        DraftRoutes(queries: queries).add(to: api)
        RevisionRoutes(kind: .query, revisions: revisions, restore: restore).add(to: api)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<QueryBody> {
        let page = try await queries.list(
            request.list(QueryRoutes.list),
            datasource: request.query.id("datasource_id"),
            by: request.caller
        )
        return PageBody(page.map { QueryBody($0) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewQuery) async throws -> QueryBody {
        QueryBody(try await queries.create(body.draft, by: request.caller))
    }

    func show(_ request: AuthorizedRequest) async throws -> QueryBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        return QueryBody(try await queries.find(id, by: request.caller))
    }

    func change(_ request: AuthorizedRequest, _ body: QueryChange) async throws -> QueryBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        let query = try await queries.update(id, version: request.expectedVersion(), by: request.caller) {
            $0 = body.applied(to: $0)
        }
        return QueryBody(query)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: SavedQuery.ID.self)
        try await queries.delete(
            id,
            version: request.expectedVersion(),
            cascade: request.query.flag("cascade") ?? false,
            by: request.caller
        )
        return NoContent()
    }

    func usage(_ request: AuthorizedRequest) async throws -> UsageBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        return UsageBody(usage: try await queries.usage(of: id, by: request.caller))
    }

    func duplicate(_ request: AuthorizedRequest) async throws -> QueryBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        return QueryBody(try await queries.duplicate(id, by: request.caller))
    }

    func restore(_ request: AuthorizedRequest, _ revision: Int) async throws -> QueryBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        let version = try request.expectedVersion()
        return QueryBody(try await queries.restore(id, revision: revision, version: version, by: request.caller))
    }

    func validate(_ request: AuthorizedRequest, _ body: QueryValidation) async throws -> ValidationBody {
        ValidationBody(report: try await queries.validate(body.sql, on: body.datasourceID, by: request.caller))
    }
}

/// What a look at a statement showed.
struct ValidationBody: JSONEncodableBody {
    let report: StatementReport

    static let schema = Schema.object(
        "Validation",
        [
            .field("valid", .boolean),
            .field("errors", .array(problem, count: 0...1000)),
            .field("parameters", .array(.string(1...63), count: 0...10_000)),
            .field("statement", .string(0...100).orNull),
        ]
    )

    private static let problem = Schema.object(
        "StatementProblem",
        [
            .field("message", .string(1...10_000)),
            .field("code", .string(1...100).orNull),
            .field("position", .count.orNull),
            .field("line", .count.orNull),
            .field("column", .count.orNull),
            .field("length", .count.orNull),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("valid", report.problems.isEmpty)
            json.key("errors")
            json.array(report.problems) { json, problem in
                json.object { json in
                    json.field("message", problem.message)
                    json.field("code", problem.code)
                    json.field("position", problem.position)
                    json.field("line", problem.line)
                    json.field("column", problem.column)
                    json.field("length", problem.length)
                }
            }
            json.key("parameters")
            json.array(report.parameters) { $0.value($1) }
            json.field("statement", report.statement)
        }
    }
}
