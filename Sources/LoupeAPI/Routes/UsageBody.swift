import LoupeCore

/// What uses an object: how many in all, and of each kind the first hundred by name.
struct UsageBody: JSONEncodableBody {
    let usage: ObjectUsage

    static let schema = Schema.object(
        "QueryUsage",
        [.field("total", .count)]
            + [ObjectKind.visualization, .schedule, .dashboard, .canvas, .query].map { kind in
                FieldSchema.field(kind.collection, .array(reference, count: 0...ObjectUsage.Users.limit))
            }
    )

    private static let reference = Schema.object("ObjectReference", [.field("id", .id), .field("name", .name)])

    func write(to json: inout JSONWriter) {
        json.value(.object(usage.members))
    }
}
