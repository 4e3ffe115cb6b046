import LoupeCore

/// An error as the client sees it: never more than the message that was written for people.
struct ErrorBody {
    let error: LoupeError
    /// Names the log line that tells the cause.
    let id: String

    /// What the client is told of an error that is ours.
    static let internalMessage = "something went wrong on the server; the log tells more under this error_id"

    static let schema = Schema.object(
        "Error",
        [
            .field(
                "error",
                .object([
                    .field("type", .words(LoupeError.Code.self)),
                    .field("message", .string(1...100_000)),
                    .field("error_id", .id),
                    .field("details", .array(detail, count: 0...10_000)),
                ])
            )
        ]
    )

    private static let detail = Schema.object(
        "ErrorDetail",
        [
            .field("field", .string(0...1000)),
            .field("message", .string(1...100_000)),
            .sometimes("code", .string(1...100)),
            .sometimes("position", .count),
            .sometimes("line", .count),
            .sometimes("column", .count),
            .sometimes("length", .count),
        ]
    )

    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.object { json in
                json.field("type", error.code.rawValue)
                json.field("message", error.code == .internalError ? ErrorBody.internalMessage : error.message)
                json.field("error_id", id)
                json.key("details")
                json.array(error.code == .internalError ? [] : error.details) { json, detail in
                    ErrorBody.write(detail, to: &json)
                }
            }
            for (name, value) in error.attachment.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
        }
        return json.bytes
    }

    private static func write(_ detail: LoupeError.Detail, to json: inout JSONWriter) {
        json.object { json in
            json.field("field", detail.field)
            json.field("message", detail.message)
            if let code = detail.code { json.field("code", code) }
            if let position = detail.position { json.field("position", position) }
            if let line = detail.line { json.field("line", line) }
            if let column = detail.column { json.field("column", column) }
            if let length = detail.length { json.field("length", length) }
        }
    }
}
