package import Foundation
package import LoupeCore

/// The audit log: written, never changed.
package struct AuditRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Adds an entry in the transaction of what it tells of, so that neither stands without the other.
    package static func append(
        _ entry: AuditEntry,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO audit_log (org_id, id, actor_kind, actor_id, actor_name, action, object_type, object_id,
            object_name, address, request_id, details, created_at)
            VALUES (\(organization), \(entry.id), \(entry.actorKind), \(entry.actorID), \(entry.actorName),
            \(entry.action), \(entry.subject?.type), \(entry.subject?.id.map(SQLValue.uuid) ?? .null),
            \(entry.subject?.name), \(entry.address), \(entry.requestID), \(entry.details), \(entry.at))
            """
        )
    }

    package func append(_ entry: AuditEntry, in organization: Organization.ID) async throws {
        try await database.write { try Self.append(entry, in: organization, $0) }
    }

    /// What of the log to list; nil for all.
    package struct Filter: Hashable, Sendable {
        package var action: String?
        package var actor: User.ID?
        /// What was acted on, of whatever kind.
        package var subject: UUID?
        package var from: Timestamp?
        /// Not included.
        package var to: Timestamp?

        package init() {}

        fileprivate func sql(_ organization: Organization.ID) -> SQL {
            var sql: SQL = "a.org_id = \(organization)"
            if let action { sql += " AND a.action = \(action)" }
            if let actor { sql += " AND a.actor_id = \(actor)" }
            if let subject { sql += " AND a.object_id = \(SQLValue.uuid(subject))" }
            if let from { sql += " AND a.created_at >= \(from)" }
            if let to { sql += " AND a.created_at < \(to)" }
            return sql
        }
    }

    /// Newest first, unless asked otherwise.
    package func list(
        _ request: ListRequest,
        _ filter: Filter = Filter(),
        in organization: Organization.ID
    ) async throws -> Page<AuditEntry> {
        let query = ListQuery(
            columns: """
                a.id, a.actor_kind, a.actor_id, a.actor_name, a.action, a.object_type, a.object_id, a.object_name,
                a.address, a.request_id, a.details, a.created_at
                """,
            from: "audit_log AS a",
            filter: filter.sql(organization),
            id: "a.id",
            sorts: [ListSort("time", "a.created_at", .time)]
        )
        return try await database.read { try query.page(request, in: $0, as: AuditEntry.init(row:)) }
    }
}

extension AuditEntry {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            actorKind: try row.enum(),
            actorID: try row.optionalID(),
            actorName: try row.text(),
            action: try row.text(),
            subject: try Subject(row: &row),
            address: try row.optionalText(),
            requestID: try row.optionalText(),
            details: try row.optionalJSON(),
            at: try row.timestamp()
        )
    }
}

extension AuditEntry.Subject {
    fileprivate init?(row: inout RowReader) throws {
        let type = try row.optionalText()
        let id = try row.optionalUUID()
        let name = try row.optionalText()
        guard let type else { return nil }
        self.init(type: type, id: id, name: name)
    }
}
