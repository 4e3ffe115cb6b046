package import LoupeCore

/// The tags of a kind of object.
package struct TagRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package struct Use: Hashable, Sendable {
        package let tag: String
        package let count: Int

        package init(tag: String, count: Int) {
            self.tag = tag
            self.count = count
        }
    }

    /// Every tag in use, the most used first, at most `limit`.
    package func list(
        of kind: ObjectKind,
        in organization: Organization.ID,
        limit: Int = 500
    ) async throws -> [Use] {
        try await database.read { transaction in
            try transaction.all(
                """
                SELECT tag, count(*) FROM object_tags WHERE org_id = \(organization) AND kind = \(kind)
                GROUP BY tag ORDER BY count(*) DESC, tag LIMIT \(limit)
                """
            ) { row in Use(tag: try row.text(), count: try row.int()) }
        }
    }
}
