import LoupeCore

/// Reads objects of several kinds at once.
enum ObjectSummaries {
    /// Those of the organization's that are there and not in the bin, by reference: one statement.
    static func read(
        _ references: some Collection<ObjectReference>,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> [ObjectReference: ObjectSummary] {
        var sql: SQL = ""
        for kind in ObjectKind.allCases {
            let ids = Set(references.filter { $0.kind == kind }.map(\.id))
            guard !ids.isEmpty else { continue }
            if !sql.text.isEmpty { sql += " UNION ALL " }
            sql += """
                SELECT \(kind.literal), o.id, o.name, \(kind.description), o.updated_at FROM \(kind.table) AS o
                WHERE o.org_id = \(organization) AND o.deleted_at IS NULL
                AND o.id IN (\(list: ids.map(SQLValue.uuid)))
                """
        }
        guard !sql.text.isEmpty else { return [:] }
        let found = try transaction.all(sql, as: ObjectSummary.init(row:))
        return Dictionary(found.map { ($0.reference, $0) }) { first, _ in first }
    }

    /// Whether there is such an object, not in the bin.
    static func exists(
        _ reference: ObjectReference,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Bool {
        try transaction.count(
            """
            SELECT count(*) FROM \(reference.kind.table) AS o WHERE o.org_id = \(organization)
            AND o.id = \(SQLValue.uuid(reference.id)) AND o.deleted_at IS NULL
            """
        ) > 0
    }
}

extension ObjectSummary {
    init(row: inout RowReader) throws {
        let kind: ObjectKind = try row.enum()
        self.init(
            reference: ObjectReference(kind: kind, id: try row.uuid()),
            name: try row.text(),
            description: try row.text(),
            updatedAt: try row.timestamp()
        )
    }
}

extension ObjectKind {
    /// The column of what a person wrote about it.
    fileprivate var description: SQL {
        switch self {
        case .query, .dashboard: "o.description"
        case .datasource, .visualization, .schedule, .canvas: "''"
        }
    }
}
