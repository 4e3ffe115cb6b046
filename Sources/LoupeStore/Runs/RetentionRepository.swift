package import LoupeCore

/// Gives up what is too old to keep, in batches so small that nobody waits long for one.
package struct RetentionRepository: Sendable {
    private let database: any Database

    /// Each run leaves a score of indexes and takes its attempts, watchers, events and dead letter along.
    package static let runsAtOnce = 100
    package static let resultsAtOnce = 500
    package static let textsAtOnce = 500

    package init(_ database: any Database) {
        self.database = database
    }

    /// Removes runs that ended before `limit`, the oldest first, at most `runsAtOnce`; how many. Their results, where no
    /// other run names them, are left to the sweeper of results.
    package func removeRuns(of organization: Organization.ID, endedBefore limit: Timestamp) async throws -> Int {
        try await database.write { transaction in
            try transaction.execute(
                """
                DELETE FROM runs WHERE org_id = \(organization) AND id IN (
                    SELECT id FROM runs WHERE org_id = \(organization) AND completed_at < \(limit)
                    ORDER BY completed_at, id LIMIT \(Self.runsAtOnce))
                """
            )
        }
    }

    /// Marks results made before `limit` for the sweeper, at most `resultsAtOnce`; how many. Each result has its own end
    /// from the day it was made: this is for those from before the organization wanted them gone sooner.
    package func giveUpResults(
        of organization: Organization.ID,
        madeBefore limit: Timestamp,
        at now: Timestamp
    ) async throws -> Int {
        let old: SQL = """
            SELECT id FROM results WHERE org_id = \(organization) AND deleted_at IS NULL AND created_at < \(limit)
            LIMIT \(Self.resultsAtOnce)
            """
        // Looked for beside the writers, as other organizations' results may lie between.
        let isAny = try await database.read { transaction in
            try transaction.first(old) { row -> Identifier<StoredResult> in try row.id() } != nil
        }
        guard isAny else { return 0 }
        return try await database.write { transaction in
            try transaction.execute(
                """
                UPDATE results SET deleted_at = \(now)
                WHERE org_id = \(organization) AND deleted_at IS NULL AND id IN (\(old))
                """
            )
        }
    }

    /// Where a walk over the SQL texts stands, and what the last step removed.
    package struct TextWalk: Hashable, Sendable {
        /// The last text looked at; nil at the end of a walk.
        package var last: Int64?
        package var removed = 0

        package init() {}
    }

    /// Looks at the next `textsAtOnce` SQL texts after `walk.last`, or at the first, and removes those made before `limit`
    /// that no run names any more.
    package func removeTexts(next walk: TextWalk, madeBefore limit: Timestamp) async throws -> TextWalk {
        let after = walk.last ?? 0
        var next = TextWalk()
        let (looked, unnamed) = try await database.read { transaction in
            let window: [Int64] = try transaction.all(
                "SELECT n FROM sql_texts WHERE n > \(SQLValue.integer(after)) ORDER BY n LIMIT \(Self.textsAtOnce)"
            ) { row in try row.integer() }
            guard let last = window.last else { return (window, 0) }
            let unnamed = RetentionRepository.unnamed(after: after, upTo: last, madeBefore: limit)
            return (window, try transaction.count("SELECT count(*) FROM sql_texts AS t WHERE \(unnamed)"))
        }
        guard let last = looked.last else { return next }
        next.last = looked.count == Self.textsAtOnce ? last : nil
        guard unnamed > 0 else { return next }
        let unnamedNow = RetentionRepository.unnamed(after: after, upTo: last, madeBefore: limit)
        next.removed = try await database.write { transaction in
            // Locked before they are looked at again: a run that is being stored holds its text, and one that comes now
            // waits for the end and stores the text anew.
            let lock: SQL = transaction.dialect == .postgres ? " FOR UPDATE OF t SKIP LOCKED" : ""
            let found: [Int64] = try transaction.all("SELECT t.n FROM sql_texts AS t WHERE \(unnamedNow)\(lock)") {
                try $0.integer()
            }
            guard !found.isEmpty else { return 0 }
            return try transaction.execute(
                """
                DELETE FROM sql_texts AS t
                WHERE t.n IN (\(list: found.map(SQLValue.integer))) AND \(unnamedNow)
                """
            )
        }
        return next
    }

    private static func unnamed(after: Int64, upTo last: Int64, madeBefore limit: Timestamp) -> SQL {
        """
        t.n > \(SQLValue.integer(after)) AND t.n <= \(SQLValue.integer(last)) AND t.created_at < \(limit)
        AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.org_id = t.org_id AND r.sql_hash = t.hash)
        """
    }
}
