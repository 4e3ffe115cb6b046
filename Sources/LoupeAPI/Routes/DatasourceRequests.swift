import LoupeCore
import LoupeServices

/// `connection`: where a database is, without its secret.
struct ConnectionFields: RequestBody {
    let connection: Datasource.Connection

    init(_ fields: Fields) {
        connection = Datasource.Connection(
            host: fields.optional("host", .text(1...255)),
            port: fields.optional("port", .integer(1...65_535)),
            database: fields.optional("database", .text(1...4096)),
            user: fields.optional("user", .text(1...255)),
            sslmode: fields.optional("sslmode", .text(1...20))
        )
    }
}

/// `POST /datasources`
package struct NewDatasource: RequestBody {
    let kind: Datasource.Kind
    let changes: DatasourceService.Changes

    package init(_ fields: Fields) {
        kind = fields.optional("ds_type", .oneOf(), default: .postgres)
        var changes = DatasourceService.Changes()
        changes.name = fields.required("name", .name)
        changes.readConnection(fields)
        changes.maxConcurrency = fields.optional("max_concurrency", .concurrency)
        changes.maxCost = .some(fields.optional("max_cost", .cost))
        changes.allowsUnparsed = fields.optional("allow_unparsed", .boolean)
        self.changes = changes
    }
}

/// `POST /datasources/test`
package struct UnsavedDatasource: RequestBody {
    let kind: Datasource.Kind
    let changes: DatasourceService.Changes

    package init(_ fields: Fields) {
        kind = fields.optional("ds_type", .oneOf(), default: .postgres)
        var changes = DatasourceService.Changes()
        changes.readConnection(fields)
        self.changes = changes
    }
}

/// `PUT` and `PATCH /datasources/{id}`
package struct DatasourceChange: RequestBody {
    let changes: DatasourceService.Changes

    package init(_ fields: Fields) {
        var changes = DatasourceService.Changes()
        changes.name = fields.change("name", .name).value
        changes.connectionString = fields.change("connection_string", .connectionString).value
        changes.fields = fields.change("connection", .object(ConnectionFields.self)).value?.connection
        changes.password = fields.change("password", .text(0...1024)).value
        changes.maxConcurrency = fields.change("max_concurrency", .concurrency).value
        changes.maxCost = fields.clearable("max_cost", .cost).value
        changes.allowsUnparsed = fields.change("allow_unparsed", .boolean).value
        self.changes = changes
        fields.refuseTwoConnections(changes)
    }
}

/// `POST /datasources/{id}/preview`
package struct PreviewRequest: RequestBody {
    let schema: String?
    let table: String
    let limit: Int

    package init(_ fields: Fields) {
        schema = fields.optional("schema", .text(1...255))
        table = fields.required("table", .text(1...255))
        limit = fields.optional("limit", .integer(1...200), default: 100)
    }
}

extension DatasourceService.Changes {
    /// A connection as a URL, or by its fields with the password apart.
    fileprivate mutating func readConnection(_ fields: Fields) {
        connectionString = fields.optional("connection_string", .connectionString)
        self.fields = fields.optional("connection", .object(ConnectionFields.self))?.connection
        password = fields.optional("password", .text(0...1024))
        if !fields.names("connection_string"), !fields.names("connection") {
            fields.lacks("connection_string", "is required, or connection in its place")
        }
        fields.refuseTwoConnections(self)
    }
}

extension Fields {
    fileprivate func refuseTwoConnections(_ changes: DatasourceService.Changes) {
        guard changes.connectionString != nil, changes.fields != nil || changes.password != nil else { return }
        breaksRule("connection_string", "must not come together with connection or password")
    }
}

extension FieldRule where Value == String {
    fileprivate static var connectionString: FieldRule { text(1...8192) }
}

extension FieldRule where Value == Int {
    fileprivate static var concurrency: FieldRule { integer(1...100) }
}

extension FieldRule where Value == Double {
    fileprivate static var cost: FieldRule { number(1...1e15) }
}
