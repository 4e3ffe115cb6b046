import LoupeCore

extension ListRequest {
    /// The condition that an object `o` carries all of the request's tags; starts with ` AND`, or is empty.
    func tagCondition(_ kind: ObjectKind) -> SQL {
        tags.reduce(into: "" as SQL) { condition, tag in
            condition += """
                 AND EXISTS (SELECT 1 FROM object_tags AS t WHERE t.org_id = o.org_id AND t.kind = \(kind.literal)
                AND t.object_id = o.id AND t.tag = \(tag))
                """
        }
    }

    /// The condition that an object `o` is found by the request's search; starts with ` AND`, or is empty.
    func searchCondition(_ kind: ObjectKind, in organization: Organization.ID, _ dialect: Dialect) -> SQL {
        guard let search = TextSearch(search) else { return "" }
        return """
             AND o.id IN (SELECT d.object_id FROM search_documents AS d WHERE d.org_id = \(organization)
            AND d.kind = \(kind.literal) AND \(search.condition(dialect)))
            """
    }
}
