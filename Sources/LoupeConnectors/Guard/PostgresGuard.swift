import LoupeCore

/// Lets a statement for PostgreSQL through that only reads: the first of three walls, with the read-only session and the role.
///
/// Parses the text that will be sent, so that nothing runs that was not read. Each instance owns its threads; one serves
/// the whole process. Safe to call from many tasks at once.
package final class PostgresGuard: Sendable {
    private let worker: BigStackWorker

    /// Two threads keep a long statement from holding up the short ones.
    package init(threads: Int = 2) {
        worker = BigStackWorker(threads: threads)
    }

    /// Everything that is wrong, in order of the text.
    package func inspect(_ sql: PlaceholderSQL) async -> GuardReport {
        await worker.run { PostgresGuard.report(on: sql) }
    }

    /// For a text of which no value is known yet.
    package func inspect(_ text: String) async -> GuardReport {
        await worker.run {
            guard text.utf8.count <= ParsedSQL.maximumBytes else {
                return GuardReport(problems: ParsedSQL.tooLong)
            }
            return PostgresGuard.report(on: ParsedSQL(text, flavour: .postgres).placeholders())
        }
    }

    /// Throws `LoupeError(.queryRejected)` with every problem where the statement may not run.
    @discardableResult
    package func check(_ sql: PlaceholderSQL) async throws -> GuardReport {
        let report = await inspect(sql)
        if let error = report.error { throw error }
        return report
    }

    /// The tree as libpg_query gives it, nil where it cannot read the text: for checking the guard by other means.
    package func tree(of sql: String) async -> [UInt8]? {
        await worker.run {
            guard sql.utf8.count <= ParsedSQL.maximumBytes, !sql.utf8.contains(0) else { return nil }
            guard case .tree(let json) = PGQuery.parse(sql) else { return nil }
            return json
        }
    }

    private static func report(on sql: PlaceholderSQL) -> GuardReport {
        var report = GuardReport(problems: sql.source.problems, parameters: sql.source.parameterNames)
        guard report.problems.isEmpty else { return report }
        switch PGQuery.parse(sql.text) {
        case .failed(let message, let position):
            report.problems = [unread(message, position, in: sql)]
            report.isUnparsed = UnparsedText.mayRead(sql.source)
        case .tree(let json):
            do {
                let judgement = try TreeJudge.judge(json, of: sql)
                report.problems = judgement.problems
                report.statement = judgement.problems.isEmpty ? judgement.statement : nil
            } catch {
                report.problems = [
                    SQLProblem(.unreadable, "Loupe cannot read this statement", at: sql.position(ofByte: 0))
                ]
            }
        }
        return report
    }

    /// A text that PostgreSQL 15's grammar does not know may be newer syntax, so the message names the grammar.
    private static func unread(_ message: String, _ position: Int, in sql: PlaceholderSQL) -> SQLProblem {
        let place = sql.position(ofCodePoint: max(position, 1))
        return SQLProblem(.syntaxError, "\(message). Loupe's grammar is PostgreSQL 15's.", at: place)
    }
}
