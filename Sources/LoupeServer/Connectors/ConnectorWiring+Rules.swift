import LoupeConnectors
import LoupeCore
import LoupeServices

extension ConnectorWiring {
    /// What services need to know of database kinds.
    var rules: DatasourceRules {
        let postgresGuard = postgresGuard
        let allowsLocalSockets = allowsLocalSockets
        return DatasourceRules(
            inspect: { sql, kind in
                switch kind {
                case .postgres: StatementReport(await postgresGuard.inspect(sql))
                case .sqlite: StatementReport(ParsedSQL(sql, flavour: .sqlite))
                }
            },
            connect: { input in try ConnectionPlan(input, allowsLocalSockets: allowsLocalSockets) }
        )
    }
}

extension StatementReport {
    init(_ report: GuardReport) {
        self.init(
            problems: report.problems.map(\.detail),
            parameters: report.parameters,
            statement: report.statement?.rawValue
        )
        isUnparsed = report.isUnparsed
    }

    /// SQLite's own parser judges in the runner; here only what no parser is needed for.
    init(_ parsed: ParsedSQL) {
        self.init(problems: parsed.problems.map(\.detail), parameters: parsed.parameterNames, statement: nil)
    }
}

extension ConnectionPlan {
    init(_ input: ConnectionInput, allowsLocalSockets: Bool) throws {
        let connection = try DatasourceConnection(input)
        if case .postgres(let target) = connection { try target.check(allowsLocalSockets: allowsLocalSockets) }
        let summary = connection.summary
        self.init(
            secret: connection.url(withPassword: true),
            connection: Datasource.Connection(
                host: summary.host,
                port: summary.port,
                database: summary.database,
                user: summary.user,
                sslmode: summary.sslmode
            )
        )
    }
}

extension DatasourceConnection {
    /// A connection as a person gave it; what is not given stays as it was.
    init(_ input: ConnectionInput) throws {
        let previous = try input.previous.map { try DatasourceConnection(string: $0) }
        if let text = input.connectionString {
            self = try DatasourceConnection(string: text)
        } else {
            switch input.kind {
            case .sqlite: self = try .sqlite(fields: input.fields ?? Datasource.Connection(), previous)
            case .postgres: self = try .postgres(input, previous)
            }
        }
        guard kind == input.kind else {
            throw LoupeError.invalid("connection_string", "is not of a \(input.kind.rawValue) datasource")
        }
    }

    private var kind: Datasource.Kind {
        switch self {
        case .postgres: .postgres
        case .sqlite: .sqlite
        }
    }

    private static func sqlite(
        fields: Datasource.Connection,
        _ previous: DatasourceConnection?
    ) throws -> DatasourceConnection {
        guard let path = fields.database ?? previous?.summary.database else {
            throw LoupeError.invalid("connection.database", "the path of the SQLite file is missing")
        }
        return try DatasourceConnection(string: "sqlite:\(path)")
    }

    private static func postgres(
        _ input: ConnectionInput,
        _ previous: DatasourceConnection?
    ) throws -> DatasourceConnection {
        let old = previous?.summary ?? Summary()
        let given = input.fields ?? Datasource.Connection()
        let new = Summary(
            host: given.host ?? old.host,
            port: given.port ?? old.port,
            database: given.database ?? old.database,
            user: given.user ?? old.user,
            sslmode: given.sslmode ?? old.sslmode
        )
        let isSamePlace = new.host == old.host && new.port == old.port && new.user == old.user
        // A secret goes only where it was meant to: another host could take it away.
        if previous?.password != nil, input.password == nil, !isSamePlace {
            throw LoupeError.invalid("password", "is needed again when host, port or user change")
        }
        let password = input.password ?? previous?.password?.reveal()
        return .postgres(try PostgresTarget(fields: new, password: password))
    }
}
