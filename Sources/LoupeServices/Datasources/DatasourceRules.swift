package import LoupeCore

/// What services must know of database kinds without speaking to a database: given by the composition root, as only
/// the connectors' module knows SQL dialects and connection strings.
package struct DatasourceRules: Sendable {
    /// Reads SQL before it is stored or queued.
    package var inspect: @Sendable (_ sql: String, _ kind: Datasource.Kind) async -> StatementReport
    /// Reads a connection as a person gave it. Throws `validation_failed` naming every offending field.
    package var connect: @Sendable (ConnectionInput) throws -> ConnectionPlan

    package init(
        inspect: @escaping @Sendable (String, Datasource.Kind) async -> StatementReport,
        connect: @escaping @Sendable (ConnectionInput) throws -> ConnectionPlan
    ) {
        self.inspect = inspect
        self.connect = connect
    }
}

/// What a look at a statement showed.
package struct StatementReport: Hashable, Sendable {
    /// Why it would be refused; empty for a statement that may run. Their field is `sql`.
    package var problems: [LoupeError.Detail]
    /// `:name` parameters in order of first appearance.
    package var parameters: [String]
    /// Such as `select` or `explain`; nil where the kind's runner has to say.
    package var statement: String?
    /// The one problem is that the grammar cannot read it, which some datasources allow.
    package var isUnparsed = false

    package init(problems: [LoupeError.Detail], parameters: [String], statement: String?) {
        self.problems = problems
        self.parameters = parameters
        self.statement = statement
    }

    /// The same as a datasource sees it: one that allows what the grammar cannot read leaves that to the runner.
    package func judged(for datasource: Datasource) -> StatementReport {
        guard isUnparsed, datasource.allowsUnparsed else { return self }
        var report = self
        report.problems = []
        return report
    }

    /// Throws `query_rejected` for a statement that may not run.
    package func requireReadable() throws {
        guard let first = problems.first else { return }
        throw LoupeError(.queryRejected, first.message, details: problems)
    }
}

/// A connection as a person gave it: pasted as a URL, or by fields.
package struct ConnectionInput: Hashable, Sendable {
    package var kind: Datasource.Kind
    package var connectionString: String?
    package var fields: Datasource.Connection?
    package var password: String?
    /// The string that is stored now, where a saved connection changes in part.
    package var previous: String?

    package init(
        kind: Datasource.Kind,
        connectionString: String? = nil,
        fields: Datasource.Connection? = nil,
        password: String? = nil,
        previous: String? = nil
    ) {
        self.kind = kind
        self.connectionString = connectionString
        self.fields = fields
        self.password = password
        self.previous = previous
    }
}

/// A connection that passed the rules.
package struct ConnectionPlan: Hashable, Sendable {
    /// What is sealed and stored; holds the password.
    package var secret: String
    package var connection: Datasource.Connection

    package init(secret: String, connection: Datasource.Connection) {
        self.secret = secret
        self.connection = connection
    }
}
