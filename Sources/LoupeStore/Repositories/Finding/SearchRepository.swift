package import LoupeCore

/// Finds objects of every kind by their text.
package struct SearchRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// The best `limit` objects of those kinds, as a person ranks them: the very name, names that begin so, names with a
    /// word that begins so, names with it anywhere, then other text; the newest first among equals.
    ///
    /// Two statements, whatever is found. Text without three characters is looked for at the beginnings of the names'
    /// words.
    package func find(
        _ text: String,
        kinds: Set<ObjectKind>,
        in organization: Organization.ID,
        limit: Int
    ) async throws -> [SearchHit] {
        guard let search = TextSearch(text), !kinds.isEmpty else { return [] }
        let statement = Self.statement(search, kinds, organization, limit, database.dialect)
        return try await database.read { transaction in
            let ranked = try transaction.all(statement) { row in
                let kind: ObjectKind = try row.enum()
                return (reference: ObjectReference(kind: kind, id: try row.uuid()), rank: try row.int())
            }
            let found = try ObjectSummaries.read(ranked.map(\.reference), in: organization, transaction)
            return ranked.compactMap { one in
                guard let object = found[one.reference] else { return nil }
                return SearchHit(object: object, match: search.match(object, rank: one.rank))
            }
        }
    }

    private static func statement(
        _ search: TextSearch,
        _ kinds: Set<ObjectKind>,
        _ organization: Organization.ID,
        _ limit: Int,
        _ dialect: Dialect
    ) -> SQL {
        var filter: SQL = "d.org_id = \(organization)"
        if kinds.count < ObjectKind.allCases.count {
            filter += " AND d.kind IN (\(list: kinds.sorted { $0.rawValue < $1.rawValue }.map { .text($0.rawValue) }))"
        }
        return """
            SELECT d.kind, d.object_id, \(search.rank) FROM search_documents AS d
            WHERE \(filter) AND \(search.condition(dialect))
            ORDER BY 3, d.updated_at DESC, d.object_id LIMIT \(limit)
            """
    }
}

extension TextSearch {
    fileprivate static let textRank = 4

    /// How good a match is, from 0, over `search_documents AS d`.
    fileprivate var rank: SQL {
        let start = SQLValue.text("\(escaped)%")
        let word = SQLValue.text("% \(escaped)%")
        let anywhere = SQLValue.text("%\(escaped)%")
        return #"""
            CASE WHEN d.name = \#(folded) THEN 0 WHEN d.name LIKE \#(start) ESCAPE '\' THEN 1
            WHEN d.name LIKE \#(word) ESCAPE '\' THEN 2 WHEN d.name LIKE \#(anywhere) ESCAPE '\' THEN 3
            ELSE 4 END
            """#
    }

    fileprivate func match(_ object: ObjectSummary, rank: Int) -> SearchHit.Match {
        if rank < TextSearch.textRank { return .name }
        return object.description.folded.contains(folded) ? .description : .text
    }
}
