import LoupeCore
import LoupePostgres

/// One statement from its read-only transaction to its first row.
struct PostgresRun: Sendable {
    let statement: Statement
    let sql: PlaceholderSQL
    let deadline: ContinuousClock.Instant
    let types: PostgresTypeNames
    /// What the guard could not read: this runs only by a role that can only read.
    let unparsed: SQLProblem?

    /// What libpq may hold of one row beside its largest cell.
    private static let rowSlack = 16 << 20

    /// 42P18: a parameter's type cannot be found; 42P08: it is found twice; 42883: no such function or operator;
    /// 42804: a function of any array does not learn of what.
    private static let typingStates: Set<String> = ["42P18", "42P08", "42883", "42804"]

    /// Throws `QueryFailure`.
    func begin(on connection: PostgresConnection) async throws -> PostgresRowStream {
        let inferred = try PostgresBinding(sql, statement.parameters, .inferred)
        do {
            return try await start(inferred, connection)
        } catch let error as PostgresError
            where Self.typingStates.contains(error.sqlState) && inferred.leavesTypesOpen
        {
            await connection.settle()
            do {
                return try await start(try PostgresBinding(sql, statement.parameters, .declared), connection)
            } catch let error as PostgresError {
                throw QueryFailure(error, in: sql, deadline: deadline)
            }
        } catch let error as PostgresError {
            throw QueryFailure(error, in: sql, deadline: deadline)
        }
    }

    private func start(_ binding: PostgresBinding, _ connection: PostgresConnection) async throws -> PostgresRowStream {
        try Task.checkCancellation()
        let (described, names, isTooLarge) = try await connection.run { session in
            session.deadline = deadline
            if let unparsed { try requirePowerless(session, for: unparsed) }
            let described = try session.describe(sql.text, binding.values, after: preamble)
            let names = try types.names(of: described, session)
            let stream = PostgresStreamLimits(rowBytes: statement.limits.maxCellBytes + Self.rowSlack)
            do {
                _ = try session.stream(sql.text, binding.values, limits: stream)
                return (described, names, false)
            } catch PostgresStreamError.tooLarge {
                return (described, names, true)
            }
        }
        let columns = zip(described, names).map { column, name in
            (name: column.name, dataType: name.name, kind: PostgresTypeNames.kind(column.type, isArray: name.isArray))
        }
        return PostgresRowStream(
            columns: ResultColumn.keyed(columns),
            cells: described.map { PostgresCell($0.type) },
            connection: connection,
            run: self,
            isCut: isTooLarge
        )
    }

    private func requirePowerless(_ session: PostgresSession, for problem: SQLProblem) throws {
        guard let power = try PostgresPowers.beyondReading(session).first else { return }
        var failure = problem.failure
        failure.message += " \(power), so what cannot be read is not let through."
        throw failure
    }

    /// The transaction and the settings that shape values, for this transaction only.
    private var preamble: [PostgresStatement] {
        let left = max(1, ContinuousClock.now.duration(to: deadline).wholeMilliseconds)
        let settings = [
            ("TimeZone", statement.timeZone), ("statement_timeout", String(min(left, Int64(Int32.max)))),
            ("standard_conforming_strings", "on"), ("bytea_output", "hex"), ("DateStyle", "ISO, MDY"),
            ("IntervalStyle", "postgres"), ("extra_float_digits", "3"), ("client_encoding", "UTF8"),
        ]
        let calls = settings.indices.map { "pg_catalog.set_config($\($0 * 2 + 1), $\($0 * 2 + 2), true)" }
        return [
            .init("BEGIN READ ONLY"),
            .init(
                "SELECT " + calls.joined(separator: ", "),
                settings.flatMap { [.text($0.0), .text($0.1)] },
                format: .text
            ),
        ]
    }
}
