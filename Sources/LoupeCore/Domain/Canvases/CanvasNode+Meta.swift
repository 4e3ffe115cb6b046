extension CanvasNode {
    /// What a query node's `meta` says, as far as it must be understood.
    package struct Work: Hashable, Sendable {
        package var datasource: Datasource.ID?
        package var query: SavedQuery.ID?
        /// Not empty.
        package var sql: String?
        /// Values by name.
        package var parameters: [String: JSONValue]
    }

    package var work: Work {
        let members = meta.members
        var work = Work(parameters: members["parameters"]?.members ?? [:])
        work.datasource = members["datasource_id"]?.id()
        work.query = members["query_id"]?.id()
        if case .string(let sql)? = members["sql"], !sql.isEmpty { work.sql = sql }
        return work
    }

    /// What the node refers to, each with the name of the member that says so.
    package var references: [Reference] {
        guard kind == .query else { return [] }
        let members = meta.members
        return Reference.Target.allCases.compactMap { target in
            let id: Identifier<Void>? = members[target.rawValue]?.id()
            return id.map { Reference(target: target, id: $0) }
        }
    }

    /// Something of the organization's that a query node names.
    package struct Reference: Hashable, Sendable {
        package enum Target: String, CaseIterable, Sendable {
            case datasource = "datasource_id"
            case query = "query_id"
            case run = "run_id"
        }

        package let target: Target
        package let id: Identifier<Void>

        package init(target: Target, id: Identifier<Void>) {
            self.target = target
            self.id = id
        }
    }
}

extension CanvasNode.Kind {
    /// A member of `meta` that is not what it must be.
    package struct MetaProblem: Hashable, Sendable {
        package let field: String
        package let message: String
        /// Whether it is of a wrong type, and not merely against a rule.
        package let isForm: Bool
    }

    private enum Rule {
        case id
        case text(maximumBytes: Int)
        case object(maximumBytes: Int)
    }

    /// What is wrong with a `meta` object's known members. Null is as good as absent.
    package func problems(in meta: JSONValue) -> [MetaProblem] {
        let members = meta.members
        return rules.compactMap { name, rule in
            guard let value = members[name], value != .null else { return nil }
            func problem(_ message: String, isForm: Bool) -> MetaProblem {
                MetaProblem(field: "meta.\(name)", message: message, isForm: isForm)
            }
            switch (rule, value) {
            case (.id, .string):
                let id: Identifier<Void>? = value.id()
                return id == nil ? problem("is not a UUID", isForm: false) : nil
            case (.text(let maximum), .string(let text)):
                return text.utf8.count > maximum ? problem("must be at most \(maximum) bytes", isForm: false) : nil
            case (.object(let maximum), .object):
                let isShort = value.canonicalText.utf8.count <= maximum
                return isShort ? nil : problem("must be at most \(maximum) bytes", isForm: false)
            case (.id, _), (.text, _): return problem("must be a string", isForm: true)
            case (.object, _): return problem("must be an object", isForm: true)
            }
        }
    }

    private var rules: [(String, Rule)] {
        switch self {
        case .query:
            [
                ("datasource_id", .id), ("query_id", .id), ("sql", .text(maximumBytes: 100_000)),
                ("parameters", .object(maximumBytes: CanvasNode.maximumMeta)), ("view", .text(maximumBytes: 50)),
                ("chart_type", .text(maximumBytes: 50)), ("config", .object(maximumBytes: 64 << 10)), ("run_id", .id),
            ]
        case .note: [("markdown", .text(maximumBytes: CanvasNode.maximumMeta)), ("color", .text(maximumBytes: 50))]
        }
    }
}

extension JSONValue {
    fileprivate var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    fileprivate func id<Entity>() -> Identifier<Entity>? {
        guard case .string(let text) = self else { return nil }
        return Identifier<Entity>(text)
    }
}
