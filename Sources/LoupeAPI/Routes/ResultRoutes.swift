import HTTPTypes
import HummingbirdCore
import LoupeCore
import LoupeResults
import LoupeServices
import NIOCore

/// `/api/v1/runs/{id}/result`, in pages, whole, and as downloads.
struct ResultRoutes: Sendable {
    static let maximumLimit = 10_000

    static let items = [
        QueryParameter("limit", .integer(0...maximumLimit), "Rows of the page; without it the whole result"),
        QueryParameter("offset", .count, "The first row, from 0"),
        QueryParameter("sort_by", .integer(0...10_000), "The column to sort the whole result by, from 0"),
        QueryParameter("sort_direction", .words(SortDirection.self), "asc or desc"),
        QueryParameter("search", .string(0...200), "Only rows with this in any value"),
    ]

    static let schema = Schema.object(
        "Result",
        [
            .field("run_id", .id),
            .field("columns", .array(column, count: 0...10_000)),
            .field("rows", .array(.array(.any(maximumBytes: 16 << 20), count: 0...10_000), count: 0...1_000_000)),
            .field("row_count", .count),
            .field("execution_time_ms", .count.orNull),
            .field("truncated", .boolean),
        ]
    )

    private static let column = Schema.object(
        "ResultColumn",
        [
            .field("name", .string(0...1000)),
            .field("key", .string(0...1000)),
            .field("data_type", .string(0...1000)),
            .field("kind", .words(ValueKind.self)),
        ]
    )

    let service: RunService

    func add(to api: Endpoints) {
        let waiting = EndpointOptions().with {
            $0.waits = true
            $0.fails = [.conflict, .gone]
        }
        let page = waiting.with {
            $0.content = .json { ResultRoutes.schema }
            $0.query = ResultRoutes.items
            $0.fails.insert(.validationFailed)
        }
        let csv = waiting.with {
            $0.content = .stream(["text/csv; charset=utf-8"])
            $0.query = [QueryParameter("spreadsheet", .boolean, "No cell is a formula, and a BOM goes first")]
        }
        let ndjson = waiting.with { $0.content = .stream(["application/x-ndjson"]) }
        api.get(
            "{id}/result",
            permission: .view,
            summary: "A result, whole or a page of it",
            options: page,
            handler: show
        )
        api.get("{id}/result.csv", permission: .view, summary: "A result as CSV", options: csv, handler: self.csv)
        api.get(
            "{id}/result.ndjson",
            permission: .view,
            summary: "A result as NDJSON",
            options: ndjson,
            handler: self.ndjson
        )
    }

    func show(_ request: AuthorizedRequest) async throws -> Answer {
        let limit = try request.query.integer("limit", clampedTo: 0...ResultRoutes.maximumLimit)
        let offset = try request.query.integer("offset", clampedTo: 0...Int.max) ?? 0
        let selection = try selection(of: request)
        let run = try await run(of: request)
        let result = try await service.result(of: run)
        var answer: Answer
        if limit == nil, offset == 0 {
            answer = Answer(.stream(whole(run, result, try result.export(.json, selection: selection))))
        } else {
            let page = try await result.page(
                offset: offset,
                limit: limit ?? ResultRoutes.maximumLimit,
                selection: selection
            )
            var json = JSONWriter(reserving: page.rows.count + 1024)
            json.object { json in
                ResultRoutes.writeHead(run, result, to: &json)
                json.raw(page.rows)
                ResultRoutes.writeTail(run, result, to: &json)
            }
            answer = Answer(.json(json.bytes))
        }
        answer.entityTag = "\"\(result.entityTag)\""
        answer.caching = .immutable
        return answer
    }

    func csv(_ request: AuthorizedRequest) async throws -> Answer {
        let isForSpreadsheet = try request.query.flag("spreadsheet") ?? false
        let run = try await run(of: request)
        let result = try await service.download(run, as: "csv", by: request.caller)
        return download(
            run,
            result.export(.csv(spreadsheet: isForSpreadsheet)),
            type: "text/csv; charset=utf-8",
            suffix: "csv"
        )
    }

    func ndjson(_ request: AuthorizedRequest) async throws -> Answer {
        let run = try await run(of: request)
        let result = try await service.download(run, as: "ndjson", by: request.caller)
        return download(run, result.export(.ndjson), type: "application/x-ndjson", suffix: "ndjson")
    }

    /// The run, after waiting where the client wants to.
    private func run(of request: AuthorizedRequest) async throws -> Run {
        let id = try request.path("id", as: Run.ID.self)
        guard let patience = try request.patience() else { return try await service.find(id, by: request.caller) }
        return try await service.wait(for: id, atMost: patience, by: request.caller)
    }

    private func selection(of request: AuthorizedRequest) throws -> RowSelection {
        let direction = try request.query.oneOf("sort_direction", SortDirection.self) ?? .ascending
        let sort = try request.query.integer("sort_by", in: 0...10_000).map { column in
            RowSelection.Sort(column: column, isDescending: direction == .descending)
        }
        let search = request.query["search"].flatMap { $0.isEmpty ? nil : $0 }
        if let search, search.unicodeScalars.count > ListRequest.maximumSearchLength {
            throw LoupeError.invalid("search", "must be at most \(ListRequest.maximumSearchLength) characters")
        }
        return RowSelection(sort: sort, search: search)
    }

    /// The whole result as one JSON object, its rows chunk by chunk.
    private func whole(_ run: Run, _ result: ResultReader, _ export: ResultExport) -> Answer.Stream {
        Answer.Stream(contentType: "application/json; charset=utf-8") { writer in
            var head = JSONWriter()
            head.object { ResultRoutes.writeHead(run, result, to: &$0) }
            // Without its closing brace: rows and the rest follow.
            try await writer.write(ByteBuffer(bytes: head.bytes.dropLast()))
            for try await rows in export { try await writer.write(ByteBuffer(bytes: rows)) }
            var tail = JSONWriter()
            tail.object { ResultRoutes.writeTail(run, result, to: &$0) }
            try await writer.write(ByteBuffer(string: ","))
            try await writer.write(ByteBuffer(bytes: tail.bytes.dropFirst()))
        }
    }

    private static func writeHead(_ run: Run, _ result: ResultReader, to json: inout JSONWriter) {
        json.field("run_id", run.id)
        json.key("columns")
        result.writeColumns(to: &json)
        json.key("rows")
    }

    private static func writeTail(_ run: Run, _ result: ResultReader, to json: inout JSONWriter) {
        json.field("row_count", result.rowCount)
        json.field("execution_time_ms", run.outcome.executionMilliseconds)
        json.field("truncated", run.outcome.truncatedBy != nil)
    }

    private func download(_ run: Run, _ export: ResultExport, type: String, suffix: String) -> Answer {
        let stream = Answer.Stream(contentType: type) { writer in
            for try await piece in export { try await writer.write(ByteBuffer(bytes: piece)) }
        }
        let file = FileName(run.queryName ?? "run \(run.id)", suffix: suffix)
        return Answer(.stream(stream), caching: .never, headers: [.contentDisposition: file.disposition])
    }
}
