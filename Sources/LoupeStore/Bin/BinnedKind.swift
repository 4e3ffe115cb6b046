import Foundation
import LoupeCore

/// What the bin has to know of a kind of object. A kind joins the bin by its entry in `all`.
///
/// A datasource is in no bin: its secret is wiped when it is deleted.
struct BinnedKind: Sendable {
    let kind: ObjectKind
    /// What it cannot be without: it goes to the bin, and for good, with that, and comes back only when that is there.
    var parent: Parent?
    /// Columns of `runs` that name it and are emptied before it goes for good; the runs stay.
    var runs: RunReference?
    /// Runs when objects of the kind go to the bin and when they come back, on what shows them.
    var moved: @Sendable (_ ids: [UUID], Organization.ID, any Transaction) throws -> Void = { _, _, _ in }
    /// Runs when one has come back: makes it found by search again.
    var restored: @Sendable (UUID, Organization.ID, Timestamp, any Transaction) throws -> Void

    struct Parent: Sendable {
        let kind: ObjectKind
        let column: StaticString
    }

    struct RunReference: Sendable {
        let column: StaticString
        /// The assignment that empties it.
        let clearing: StaticString
    }

    static let all: [BinnedKind] = [.query, .visualization, .dashboard, .schedule, .canvas]

    static func find(_ kind: ObjectKind) -> BinnedKind? {
        all.first { $0.kind == kind }
    }

    static func children(of kind: ObjectKind) -> [(entry: BinnedKind, column: StaticString)] {
        all.compactMap { entry in
            guard let parent = entry.parent, parent.kind == kind else { return nil }
            return (entry, parent.column)
        }
    }
}

extension BinnedKind {
    static let query = BinnedKind(
        kind: .query,
        parent: Parent(kind: .datasource, column: "datasource_id"),
        runs: RunReference(column: "query_id", clearing: "query_id = NULL"),
        restored: { id, organization, now, transaction in
            let query = try QueryRepository.find(Identifier(id), in: organization, transaction)
            try QueryRepository.index(query, at: now, transaction)
        }
    )

    static let visualization = BinnedKind(
        kind: .visualization,
        parent: Parent(kind: .query, column: "query_id"),
        moved: { ids, organization, transaction in
            // Its tiles are shown no longer, or again: the dashboards' tags must not say that nothing changed.
            try transaction.execute(
                """
                UPDATE dashboards SET version = version + 1 WHERE org_id = \(organization) AND id IN
                    (SELECT dashboard_id FROM tiles WHERE org_id = \(organization)
                    AND visualization_id IN (\(list: ids.map(SQLValue.uuid))))
                """
            )
        },
        restored: { id, organization, now, transaction in
            try indexName(.visualization, id, in: organization, at: now, transaction)
        }
    )

    static let dashboard = BinnedKind(
        kind: .dashboard,
        restored: { id, organization, now, transaction in
            let text: String? = try transaction.first(
                "SELECT description FROM dashboards WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))"
            ) { try $0.text() }
            try indexName(.dashboard, id, in: organization, text: text ?? "", at: now, transaction)
        }
    )

    /// It comes back switched off: what it missed must not run the moment it is back.
    static let schedule = BinnedKind(
        kind: .schedule,
        parent: Parent(kind: .query, column: "query_id"),
        runs: RunReference(column: "schedule_id", clearing: "schedule_id = NULL, scheduled_for = NULL"),
        restored: { id, organization, now, transaction in
            try transaction.execute(
                """
                UPDATE schedules SET enabled = \(false), next_run_at = NULL
                WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))
                """
            )
            try indexName(.schedule, id, in: organization, at: now, transaction)
        }
    )

    static let canvas = BinnedKind(
        kind: .canvas,
        restored: { id, organization, now, transaction in
            try indexName(.canvas, id, in: organization, at: now, transaction)
        }
    )

    /// Makes an object found by its name, and by more text where it has any.
    static func indexName(
        _ kind: ObjectKind,
        _ id: UUID,
        in organization: Organization.ID,
        text: String = "",
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let name: String? = try transaction.first(
            "SELECT name FROM \(kind.table) WHERE org_id = \(organization) AND id = \(SQLValue.uuid(id))"
        ) { try $0.text() }
        guard let name else { return }
        try ObjectRows.setSearch(kind, id, in: organization, name: name, text: text, at: now, transaction)
    }
}
