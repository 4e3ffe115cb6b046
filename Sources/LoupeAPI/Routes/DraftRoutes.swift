import LoupeCore
import LoupeServices

/// `/api/v1/queries/drafts` and `…/{id}/draft`: one's own unsaved text, which nobody else sees.
struct DraftRoutes: Sendable {
    private static let list = ListRules(sorts: ["updated_at", "name"], isSearchable: false)

    let queries: QueryService

    func add(to api: Endpoints) {
        api.get(
            "drafts",
            permission: .edit,
            summary: "One's own drafts",
            options: .list(DraftRoutes.list),
            handler: list
        )
        api.get("{id}/draft", permission: .edit, summary: "One's own draft of a query", handler: show)
        api.change("{id}/draft", permission: .edit, summary: "Keeps one's own draft of a query", handler: save)
        api.delete("{id}/draft", permission: .edit, summary: "Throws one's own draft away", handler: remove)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<DraftItemBody> {
        let page = try await queries.drafts(request.list(DraftRoutes.list), by: request.caller)
        return PageBody(page.map { DraftItemBody(draft: $0) })
    }

    func show(_ request: AuthorizedRequest) async throws -> DraftBody {
        let id = try request.path("id", as: SavedQuery.ID.self)
        return DraftBody(draft: try await queries.draft(of: id, by: request.caller))
    }

    func save(_ request: AuthorizedRequest, _ body: DraftChange) async throws -> DraftBody {
        let draft = try await queries.saveDraft(
            of: request.path("id", as: SavedQuery.ID.self),
            sql: body.sql.value,
            parameters: body.parameters.value,
            baseVersion: body.baseVersion.value,
            by: request.caller
        )
        return DraftBody(draft: draft)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        try await queries.deleteDraft(of: request.path("id", as: SavedQuery.ID.self), by: request.caller)
        return NoContent()
    }
}

/// `PUT` and `PATCH /queries/{id}/draft`
struct DraftChange: RequestBody {
    let sql: Change<String>
    let parameters: Change<[ParameterDefinition]?>
    let baseVersion: Change<Int>

    init(_ fields: Fields) {
        sql = fields.change("sql", .text(bytes: 0...100_000))
        parameters = fields.clearable("parameters", .parameters).map { $0.map { $0.map(\.definition) } }
        baseVersion = fields.change("base_version", .integer(1...Int(Int32.max)))
    }
}

struct DraftBody: JSONEncodableBody {
    let draft: QueryDraft

    static let schema = Schema.object(
        "Draft",
        QueryDraft.head + [
            .field("sql", .string(0...100_000)),
            .field("parameters", .array(.parameter, count: 0...50).orNull),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            draft.writeHead(to: &json)
            json.field("sql", draft.sql)
            json.field("parameters", draft.parameters.map { .array($0.map(\.json)) } ?? .null)
        }
    }
}

/// An item of the list, without its text.
struct DraftItemBody: JSONEncodableBody {
    let draft: QueryDraft

    static let schema = Schema.object("DraftItem", QueryDraft.head)

    func write(to json: inout JSONWriter) {
        json.object { draft.writeHead(to: &$0) }
    }
}

extension QueryDraft {
    fileprivate static let head: [FieldSchema] = [
        .field("query_id", .id),
        .field("query_name", .name),
        .field("base_version", .count),
        .field("is_stale", .boolean),
        .field("updated_at", .time),
    ]

    fileprivate func writeHead(to json: inout JSONWriter) {
        json.field("query_id", queryID)
        json.field("query_name", queryName)
        json.field("base_version", baseVersion)
        json.field("is_stale", isStale)
        json.field("updated_at", updatedAt)
    }
}
