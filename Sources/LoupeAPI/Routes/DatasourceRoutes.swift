import HTTPTypes
import LoupeCore
package import LoupeServices
package import LoupeStore

/// `/api/v1/datasources`. Tests, schemas and previews are a runner's work: the api opens no user's database.
package struct DatasourceRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "created_at", "updated_at"])

    static let filters = [QueryParameter("ds_type", .words(Datasource.Kind.self), "Only databases of this kind")]

    let datasources: DatasourceRepository
    let service: DatasourceService
    let runs: RunService

    package init(datasources: DatasourceRepository, service: DatasourceService, runs: RunService) {
        self.datasources = datasources
        self.service = service
        self.runs = runs
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .view,
            summary: "The datasources",
            options: .list(DatasourceRoutes.list, filters: DatasourceRoutes.filters),
            handler: list
        )
        api.post(permission: .admin, summary: "Connects a database", options: .idempotent, handler: create)
        api.post(
            "test",
            permission: .admin,
            summary: "Tests a connection that is not saved",
            status: .ok,
            options: .limited(.connectionTest),
            handler: testUnsaved
        )
        api.get("{id}", permission: .view, summary: "One datasource", handler: show)
        api.change("{id}", permission: .admin, summary: "Changes a datasource", handler: change)
        api.delete(
            "{id}",
            permission: .admin,
            summary: "Removes a datasource",
            options: .cascading,
            handler: remove
        )
        api.post("{id}/test", permission: .edit, summary: "Tests its connection", status: .ok, handler: test)
        api.get(
            "{id}/schema",
            permission: .view,
            summary: "Its tables and columns",
            options: .query(
                QueryParameter("search", .string(0...200), "Only tables with this in their or a column's name"),
                QueryParameter("refresh", .boolean, "Read anew, not from the cache of ten minutes")
            ).with { $0.fails = [.connectionError, .timeout] },
            handler: schema
        )
        api.post(
            "{id}/preview",
            permission: .edit,
            summary: "A run of a table's first rows",
            options: RunRoutes.starting.with { $0.fails.formUnion([.connectionError, .timeout]) },
            handler: preview
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<DatasourceBody> {
        let page = try await datasources.list(
            request.list(DatasourceRoutes.list),
            kind: request.query.oneOf("ds_type"),
            in: request.organization
        )
        return PageBody(page.map { DatasourceBody($0, for: request.role) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewDatasource) async throws -> DatasourceBody {
        let datasource = try await service.create(body.kind, body.changes, by: request.caller)
        return DatasourceBody(datasource, for: request.role)
    }

    func show(_ request: AuthorizedRequest) async throws -> DatasourceBody {
        let id = try request.path("id", as: Datasource.ID.self)
        return DatasourceBody(try await datasources.find(id, in: request.organization), for: request.role)
    }

    func change(_ request: AuthorizedRequest, _ body: DatasourceChange) async throws -> DatasourceBody {
        let id = try request.path("id", as: Datasource.ID.self)
        let datasource = try await service.update(
            id,
            body.changes,
            version: request.expectedVersion(),
            by: request.caller
        )
        return DatasourceBody(datasource, for: request.role)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Datasource.ID.self)
        try await service.delete(
            id,
            version: request.expectedVersion(),
            cascade: request.query.flag("cascade") ?? false,
            by: request.caller
        )
        return NoContent()
    }

    func test(_ request: AuthorizedRequest) async throws -> ConnectionTestBody {
        let id = try request.path("id", as: Datasource.ID.self)
        return ConnectionTestBody(value: try await service.test(id, by: request.caller))
    }

    func testUnsaved(_ request: AuthorizedRequest, _ body: UnsavedDatasource) async throws -> ConnectionTestBody {
        ConnectionTestBody(value: try await service.testUnsaved(body.kind, body.changes, by: request.caller))
    }

    func schema(_ request: AuthorizedRequest) async throws -> [TableBody] {
        let tables = try await service.schema(
            request.path("id", as: Datasource.ID.self),
            search: request.query["search"],
            refresh: request.query.flag("refresh") ?? false,
            by: request.caller
        )
        return tables.map { TableBody(value: $0) }
    }

    func preview(_ request: AuthorizedRequest, _ body: PreviewRequest) async throws -> Answer {
        let id = try request.path("id", as: Datasource.ID.self)
        let patience = try request.patience()
        let sql = try await service.previewSQL(
            id,
            schema: body.schema,
            table: body.table,
            limit: body.limit,
            by: request.caller
        )
        let started = try await runs.execute(
            sql,
            on: id,
            definitions: [],
            values: [:],
            limits: RunService.LimitChanges(maxRows: body.limit),
            by: request.caller
        )
        return await RunRoutes(service: runs).answer(started, patience, by: request.caller)
    }
}
