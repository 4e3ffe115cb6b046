package import Logging
import LoupeCore
import LoupePostgres

/// Runs reading statements on a PostgreSQL datasource: the guard first, then a read-only transaction of a session
/// with every setting pinned that shapes values.
package final class PostgresConnector: Connector {
    package struct Configuration: Sendable {
        package var target: PostgresTarget
        package var hosts: HostPolicy
        /// Connections, and so statements, at once.
        package var maxConcurrency: Int
        /// Loupe's own metadata database, where that is on PostgreSQL.
        package var refused: [PostgresIdentity]
        /// Whether what the guard's grammar cannot read may run by a role that is proven unable to write.
        package var allowsUnparsed: Bool

        package init(
            target: PostgresTarget,
            hosts: HostPolicy,
            maxConcurrency: Int = 4,
            refused: [PostgresIdentity] = [],
            allowsUnparsed: Bool = false
        ) {
            self.target = target
            self.hosts = hosts
            self.maxConcurrency = max(1, maxConcurrency)
            self.refused = refused
            self.allowsUnparsed = allowsUnparsed
        }
    }

    let dialer: PostgresDialer
    let pool: PostgresPool
    private let `guard`: PostgresGuard
    private let allowsUnparsed: Bool
    private let types = PostgresTypeNames()

    /// `guard` is the process's one.
    package init(_ configuration: Configuration, guard: PostgresGuard, logger: Logger) {
        let dialer = PostgresDialer(configuration, logger: logger)
        self.dialer = dialer
        self.guard = `guard`
        allowsUnparsed = configuration.allowsUnparsed
        pool = PostgresPool(
            configuration: PostgresPoolConfiguration(
                minimum: 0,
                maximum: configuration.maxConcurrency,
                acquireTimeout: .seconds(30),
                idleTimeout: .seconds(120),
                testAfter: .seconds(5)
            ),
            logger: logger
        ) { limit in try await dialer.connect(within: min(limit, .seconds(9))) }
    }

    package func run<Outcome: Sendable>(
        _ statement: Statement,
        body: @Sendable (any RowStream) async throws -> Outcome
    ) async throws -> Outcome {
        let deadline = ContinuousClock.now + statement.timeout
        let parsed = ParsedSQL(statement.sql, flavour: .postgres)
        let sql = parsed.placeholders(expanding: PostgresBinding.listCounts(statement.parameters))
        let report = await `guard`.inspect(sql)
        let unparsed = report.isUnparsed && allowsUnparsed ? report.problems.first : nil
        if unparsed == nil, let error = report.error { throw QueryFailure(rejection: error) ?? error }
        let run = PostgresRun(statement: statement, sql: sql, deadline: deadline, types: types, unparsed: unparsed)
        return try await lend(within: statement.timeout) { connection in
            try await body(try await run.begin(on: connection))
        }
    }

    package func close() async {
        await pool.close()
    }

    /// Lends a connection for one use, cancels on the server when the task is cancelled, and cleans up after.
    ///
    /// Throws `QueryFailure`, `CancellationError`, or what `body` throws beyond these.
    func lend<Outcome: Sendable>(
        within limit: Duration,
        _ body: (PostgresConnection) async throws -> Outcome
    ) async throws -> Outcome {
        do {
            return try await pool.withConnection(within: limit) { connection in
                do {
                    let outcome = try await withTaskCancellationHandler {
                        try await body(connection)
                    } onCancel: {
                        connection.requestCancel()
                    }
                    await clean(connection)
                    return outcome
                } catch {
                    await clean(connection)
                    throw error
                }
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw QueryFailure(connecting: error) ?? error
        }
    }

    private func clean(_ connection: PostgresConnection) async {
        await connection.settle()
        guard !connection.isBroken else { return }
        if dialer.isPooled { return await connection.close() }
        await connection.discard(within: .seconds(5))
    }
}
