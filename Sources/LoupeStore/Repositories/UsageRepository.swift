package import Foundation
package import LoupeCore

/// What refers to an object and is not in the bin.
package struct UsageRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    package func users(of kind: ObjectKind, _ id: UUID, in organization: Organization.ID) async throws -> ObjectUsage {
        try await database.read { try Self.users(of: kind, id, in: organization, $0) }
    }

    package static func users(
        of kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> ObjectUsage {
        var users: [ObjectKind: ObjectUsage.Users] = [:]
        for (user, condition) in conditions(kind, id, organization, transaction.dialect) {
            users[user] = try list(user, condition, in: organization, transaction)
        }
        return ObjectUsage(users)
    }

    /// For each kind that can refer to such an object, the condition that one, `o`, does.
    private static func conditions(
        _ kind: ObjectKind,
        _ id: UUID,
        _ organization: Organization.ID,
        _ dialect: Dialect
    ) -> [(ObjectKind, SQL)] {
        let value = SQLValue.uuid(id)
        switch kind {
        case .datasource:
            return [
                (.query, "o.datasource_id = \(value)"), (.canvas, noted(id, as: .datasource, organization, dialect)),
            ]
        case .query:
            let text = Identifier<Void>(id).description
            let offers: SQL = "CAST(o.parameters AS text) LIKE \("%\(text)%")"
            return [
                (.visualization, "o.query_id = \(value)"), (.schedule, "o.query_id = \(value)"),
                (.dashboard, "(\(shows("v.query_id", value, organization)) OR \(offers))"),
                (.canvas, noted(id, as: .query, organization, dialect)),
                (.query, "o.id <> \(value) AND \(offers)"),
            ]
        case .visualization: return [(.dashboard, shows("v.id", value, organization))]
        case .dashboard, .schedule, .canvas: return []
        }
    }

    /// That a dashboard has a tile of a visualization that is that, or of that query.
    private static func shows(_ column: StaticString, _ value: SQLValue, _ organization: Organization.ID) -> SQL {
        """
        o.id IN (SELECT t.dashboard_id FROM visualizations AS v
        JOIN tiles AS t ON t.org_id = v.org_id AND t.visualization_id = v.id
        WHERE v.org_id = \(organization) AND \(trusted: column) = \(value) AND v.deleted_at IS NULL)
        """
    }

    /// That a node of a canvas names it.
    private static func noted(
        _ id: UUID,
        as kind: ObjectKind,
        _ organization: Organization.ID,
        _ dialect: Dialect
    ) -> SQL {
        let member: SQL =
            switch (dialect, kind) {
            case (.sqlite, .datasource): "json_extract(n.meta, '$.datasource_id')"
            case (.sqlite, _): "json_extract(n.meta, '$.query_id')"
            case (.postgres, .datasource): "n.meta ->> 'datasource_id'"
            case (.postgres, _): "n.meta ->> 'query_id'"
            }
        return """
            o.id IN (SELECT n.canvas_id FROM canvas_nodes AS n WHERE n.org_id = \(organization)
            AND \(member) = \(Identifier<Void>(id).description))
            """
    }

    private static func list(
        _ kind: ObjectKind,
        _ condition: SQL,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> ObjectUsage.Users {
        var total = 0
        let first = try transaction.all(
            """
            SELECT o.id, o.name, count(*) OVER () FROM \(kind.table) AS o
            WHERE o.org_id = \(organization) AND o.deleted_at IS NULL AND \(condition)
            ORDER BY o.name_key, o.id LIMIT \(ObjectUsage.Users.limit)
            """
        ) { row in
            let reference = ObjectUsage.Reference(id: try row.uuid(), name: try row.text())
            total = try row.int()
            return reference
        }
        return ObjectUsage.Users(total: total, first: first)
    }
}
