package import LoupeCore

/// One saved or tried datasource of one database kind: a folder a kind holds an implementation.
///
/// Reading only: each `run` passes the guard first, then runs in a session that cannot write. Cancelling the task
/// that calls `run` cancels the statement on the server.
package protocol Connector: Sendable {
    /// Connects and says in plain words what is wrong; never throws and never takes longer than ten seconds.
    func test() async -> ConnectionTest

    /// Every table and view the role may see, by schema and name. Throws `QueryFailure`.
    func introspect() async throws -> [TableSchema]

    /// Runs one read-only statement and gives its rows to `body`. Throws `QueryFailure`, or what `body` throws; a
    /// cancelled task throws `CancellationError` once the server has let go or the connection is closed.
    func run<Outcome: Sendable>(
        _ statement: Statement,
        body: @Sendable (any RowStream) async throws -> Outcome
    ) async throws -> Outcome

    /// Closes the connections; runs under way fail.
    func close() async
}

/// A statement with its values, zone and limits.
package struct Statement: Hashable, Sendable {
    /// As the person wrote it, with `:name` placeholders.
    package var sql: String
    package var parameters: [BoundParameter]
    /// IANA name of the session's zone.
    package var timeZone: String
    /// From the start on the datasource.
    package var timeout: Duration
    package var limits: RowLimits

    package init(
        sql: String,
        parameters: [BoundParameter] = [],
        timeZone: String = "UTC",
        timeout: Duration = .seconds(30),
        limits: RowLimits = RowLimits()
    ) {
        self.sql = sql
        self.parameters = parameters
        self.timeZone = timeZone
        self.timeout = timeout
        self.limits = limits
    }
}

/// The rows of a running statement, pulled block by block so that a slow reader slows the database.
package protocol RowStream: Sendable {
    var columns: [ResultColumn] { get }

    /// Rows until the block holds at least `target` bytes or the rows end. After `.end` it is not called again.
    func next(target: Int) async throws -> RowBatch
}

/// A block of rows and what follows it.
package struct RowBatch: Sendable {
    package enum Continuation: Hashable, Sendable {
        case more
        case end(truncated: Truncation?)
    }

    package var block: RowBlock
    package var continuation: Continuation

    package init(block: RowBlock, continuation: Continuation) {
        self.block = block
        self.continuation = continuation
    }
}
