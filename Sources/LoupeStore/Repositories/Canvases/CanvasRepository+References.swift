import LoupeCore

extension CanvasRepository {
    /// Throws `validation_failed` naming each field whose id is nothing of the organization's, wherever else it may be
    /// something.
    static func require(
        _ references: [String: CanvasNode.Reference],
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        guard !references.isEmpty else { return }
        var known: Set<CanvasNode.Reference> = []
        for target in CanvasNode.Reference.Target.allCases {
            let wanted = Set(references.values.filter { $0.target == target }.map(\.id))
            guard !wanted.isEmpty else { continue }
            let ids: SQL = "\(list: wanted.map { SQLValue.uuid($0.uuid) })"
            let found = try transaction.all(
                "SELECT o.id FROM \(table(of: target)) AS o WHERE o.org_id = \(organization) AND o.id IN (\(ids))\(alive(target))"
            ) { CanvasNode.Reference(target: target, id: Identifier(try $0.uuid())) }
            known.formUnion(found)
        }
        let problems = references.filter { !known.contains($0.value) }.keys.sorted().map { field in
            LoupeError.Detail(field: field, message: "is nothing of your organization's")
        }
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    private static func table(of target: CanvasNode.Reference.Target) -> SQL {
        switch target {
        case .datasource: "datasources"
        case .query: "queries"
        case .run: "runs"
        }
    }

    private static func alive(_ target: CanvasNode.Reference.Target) -> SQL {
        switch target {
        case .datasource, .query: " AND o.deleted_at IS NULL"
        case .run: ""
        }
    }
}
