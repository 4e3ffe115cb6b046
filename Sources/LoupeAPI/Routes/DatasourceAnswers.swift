import LoupeCore

/// What a test of a connection showed, as the runner said it.
struct ConnectionTestBody: JSONEncodableBody {
    let value: JSONValue

    static let schema = Schema.object(
        "ConnectionTest",
        [
            .field("success", .boolean),
            .field("message", .string(0...2000)),
            .field("latency_ms", .count.orNull),
            .field("warnings", .array(.string(1...2000), count: 0...100)),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.value(value)
    }
}

/// A table with its columns, as the runner read it.
struct TableBody: JSONEncodableBody {
    let value: JSONValue

    static let schema = Schema.object(
        "Table",
        [
            .field("schema", .string(0...255)),
            .field("name", .string(1...255)),
            .field("kind", .string(1...50)),
            .field("row_estimate", .count.orNull),
            .field("columns", .array(column, count: 0...10_000)),
        ]
    )

    private static let column = Schema.object(
        "TableColumn",
        [
            .field("name", .string(0...1000)),
            .field("data_type", .string(0...1000)),
            .field("is_nullable", .boolean),
            .field("is_primary_key", .boolean),
            .field("references", .any(maximumBytes: 10_000)),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.value(value)
    }
}
