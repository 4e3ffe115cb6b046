package import LoupeCore

package struct DatasourceBody: JSONEncodableBody {
    let datasource: Datasource
    /// Where it is, is for editors and admins; viewers see that it is there.
    let showsConnection: Bool

    init(_ datasource: Datasource, for role: Role) {
        self.datasource = datasource
        showsConnection = role.allows(.edit)
    }

    package static let schema = Schema.object(
        "Datasource",
        [
            .field("id", .id),
            .field("org_id", .id),
            .field("name", .name),
            .field("ds_type", .words(Datasource.Kind.self)),
            .field("connection", connection.orNull),
            .field("max_concurrency", .integer(1...100)),
            .field("max_cost", .number(1...1e15).orNull),
            .field("allow_unparsed", .boolean),
            .field("last_test", lastTest.orNull),
        ] + .origin
    )

    private static let connection = Schema.object(
        "DatasourceConnection",
        [
            .field("host", .string(1...255).orNull),
            .field("port", .integer(1...65_535).orNull),
            .field("database", .string(0...4096).orNull),
            .field("user", .string(0...255).orNull),
            .field("sslmode", .string(1...20).orNull),
        ]
    )

    private static let lastTest = Schema.object(
        "DatasourceTest",
        [.field("success", .boolean), .field("message", .string(0...2000)), .field("at", .time)]
    )

    package var entityTag: String? {
        EntityTag.of(version: datasource.version, also: datasource.lastTest?.at.milliseconds)
    }
    package var location: String? { "/api/v1/datasources/\(datasource.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", datasource.id)
            json.field("org_id", datasource.organizationID)
            json.field("name", datasource.name)
            json.field("ds_type", datasource.kind.rawValue)
            json.key("connection")
            if showsConnection { json.object { write(datasource.connection, to: &$0) } } else { json.null() }
            json.field("max_concurrency", datasource.maxConcurrency)
            json.key("max_cost")
            if let cost = datasource.maxCost { json.value(cost) } else { json.null() }
            json.field("allow_unparsed", datasource.allowsUnparsed)
            json.key("last_test")
            if let test = datasource.lastTest { json.object { write(test, to: &$0) } } else { json.null() }
            json.field("created_by", datasource.createdBy)
            json.field("created_by_name", datasource.createdByName)
            json.field("created_at", datasource.createdAt)
            json.field("updated_at", datasource.updatedAt)
        }
    }

    private func write(_ connection: Datasource.Connection, to json: inout JSONWriter) {
        json.field("host", connection.host)
        json.field("port", connection.port)
        json.field("database", connection.database)
        json.field("user", connection.user)
        json.field("sslmode", connection.sslmode)
    }

    private func write(_ test: Datasource.LastTest, to json: inout JSONWriter) {
        json.field("success", test.success)
        json.field("message", test.message)
        json.field("at", test.at)
    }
}
