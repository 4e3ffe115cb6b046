import HTTPTypes
import HummingbirdCore
import LoupeCore
import LoupeServices
import NIOCore

/// `/api/v1/queries/export` and `…/import`
struct QueryTransferRoutes: Sendable {
    let queries: QueryService

    func add(to api: Endpoints) {
        api.get(
            "export",
            permission: .view,
            summary: "All saved queries, to be imported elsewhere",
            options: .query(QueryParameter("datasource_id", .id, "Only queries on this datasource")).with {
                $0.content = .json { .array(ExportedQuery.answer, count: 0...1_000_000) }
                $0.fails = [.notFound]
            },
            handler: export
        )
        var options = EndpointOptions.idempotent
        options.maximumBody = EndpointOptions.importBody
        api.post(
            "import",
            permission: .edit,
            summary: "Saves queries that were exported, all or none",
            status: .ok,
            options: options,
            handler: importQueries
        )
    }

    /// An array, written page by page: there may be more than memory should hold.
    func export(_ request: AuthorizedRequest) async throws -> Answer {
        let datasource = try request.query.id("datasource_id", of: Datasource.self)
        let caller = request.caller
        let names = try await queries.beginExport(of: datasource, by: caller)
        let stream = Answer.Stream(contentType: "application/json; charset=utf-8") { [queries] writer in
            var cursor: String?
            var separator = "["
            repeat {
                let page = try await queries.list(
                    ListRequest(limit: 100, cursor: cursor),
                    datasource: datasource,
                    by: caller
                )
                for query in page.items {
                    var json = JSONWriter()
                    ExportedQuery.write(query, datasource: names[query.datasourceID], to: &json)
                    try await writer.write(ByteBuffer(string: separator + json.text))
                    separator = ","
                }
                cursor = page.nextCursor
            } while cursor != nil
            try await writer.write(ByteBuffer(string: separator == "[" ? "[]" : "]"))
        }
        let file = FileName("queries", suffix: "json")
        return Answer(.stream(stream), caching: .never, headers: [.contentDisposition: file.disposition])
    }

    func importQueries(_ request: AuthorizedRequest, _ body: QueryImport) async throws -> ImportBody {
        let outcome = try await queries.importQueries(
            body.drafts,
            on: body.datasourceID,
            skipDuplicates: body.skipDuplicates,
            by: request.caller
        )
        return ImportBody(outcome: outcome)
    }
}

/// `POST /queries/import`
struct QueryImport: RequestBody {
    let datasourceID: Datasource.ID
    let skipDuplicates: Bool
    private let queries: [ExportedQuery]

    init(_ fields: Fields) {
        queries = fields.required("queries", .array(.object(ExportedQuery.self), count: 0...5000))
        datasourceID = fields.required("datasource_id", .id())
        skipDuplicates = fields.optional("skip_duplicates", .boolean, default: true)
    }

    var drafts: [QueryService.Draft] { queries.map { $0.draft(on: datasourceID) } }
}

/// A query on its way from one place to another, without ids.
struct ExportedQuery: RequestBody {
    private let name: String
    private let description: String
    private let sql: String
    private let parameters: [ParameterDefinition]
    private let tags: [String]
    private let limits: QueryLimits

    init(_ fields: Fields) {
        name = fields.required("name", .name)
        description = fields.optional("description", .description, default: "")
        sql = fields.required("sql", .sql)
        parameters = fields.optional("parameters", .parameters, default: []).map(\.definition)
        let standard = QueryLimits()
        var limits = standard
        limits.timeoutSeconds = fields.optional("timeout_seconds", .timeout, default: standard.timeoutSeconds)
        limits.maxRows = fields.optional("max_rows", .maxRows, default: standard.maxRows)
        self.limits = limits
        tags = fields.optional("tags", .tags, default: [])
        fields.checkNames(of: parameters)
    }

    func draft(on datasource: Datasource.ID) -> QueryService.Draft {
        var draft = QueryService.Draft(datasourceID: datasource, name: name, sql: sql)
        draft.description = description
        draft.parameters = parameters
        draft.tags = tags
        draft.limits = limits
        return draft
    }

    /// As the export writes it.
    static let answer = Schema.object(
        "QueryExport",
        [
            .field("name", .name),
            .field("description", .string(0...2000)),
            .field("sql", .string(1...100_000)),
            .field("parameters", .array(.parameter, count: 0...50)),
            .field("timeout_seconds", .integer(QueryLimits.timeoutRange)),
            .field("max_rows", .integer(QueryLimits.rowsRange)),
            .field("tags", .tags),
            .field("datasource_name", .name.orNull),
        ]
    )

    static func write(_ query: SavedQuery, datasource: String?, to json: inout JSONWriter) {
        json.object { json in
            json.field("name", query.name)
            json.field("description", query.description)
            json.field("sql", query.sql)
            json.key("parameters")
            json.array(query.parameters) { $0.value($1.json) }
            json.field("timeout_seconds", query.limits.timeoutSeconds)
            json.field("max_rows", query.limits.maxRows)
            json.key("tags")
            json.array(query.tags) { $0.value($1) }
            json.field("datasource_name", datasource)
        }
    }
}

struct ImportBody: JSONEncodableBody {
    let outcome: QueryService.ImportOutcome

    static let schema = Schema.object(
        "ImportOutcome",
        [
            .field("imported", .count),
            .field("skipped", .count),
            .field("skipped_names", .array(.name, count: 0...5000)),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("imported", outcome.imported)
            json.field("skipped", outcome.skippedNames.count)
            json.key("skipped_names")
            json.array(outcome.skippedNames) { $0.value($1) }
        }
    }
}
