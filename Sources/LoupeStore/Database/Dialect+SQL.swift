import LoupeCore

extension Dialect {
    /// Locks the rows of a SELECT until the transaction ends; SQLite's one writer needs nothing.
    package var forUpdate: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE"
        }
    }

    /// An object's tags as a JSON array in order. `object` has an alias `o` with `org_id` and `id`.
    func tags(of kind: ObjectKind) -> SQL {
        switch self {
        case .sqlite:
            """
            (SELECT json_group_array(tag) FROM (SELECT tag FROM object_tags
            WHERE org_id = o.org_id AND kind = \(kind.literal) AND object_id = o.id ORDER BY tag))
            """
        case .postgres:
            """
            (SELECT coalesce(json_agg(tag ORDER BY tag), '[]') FROM object_tags
            WHERE org_id = o.org_id AND kind = \(kind.literal) AND object_id = o.id)
            """
        }
    }
}

extension ObjectKind {
    /// The kind written into a statement, so that the statement's plan knows it.
    var literal: SQL {
        switch self {
        case .datasource: "'datasource'"
        case .query: "'query'"
        case .visualization: "'visualization'"
        case .dashboard: "'dashboard'"
        case .schedule: "'schedule'"
        case .canvas: "'canvas'"
        }
    }
}
