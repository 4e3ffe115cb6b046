package import LoupeCore
import LoupeStore

extension QueryService {
    /// What uses a query.
    package func usage(of id: SavedQuery.ID, by caller: Caller) async throws -> ObjectUsage {
        _ = try await queries.find(id, in: caller.organization)
        return try await UsageRepository(database).users(of: .query, id.uuid, in: caller.organization)
    }

    /// Moves a query to the bin; with `cascade`, the charts and schedules that stand on it too. Throws `conflict` with
    /// what uses it where something does and `cascade` is not given.
    package func delete(
        _ id: SavedQuery.ID,
        version: Int?,
        cascade: Bool,
        by caller: Caller
    ) async throws {
        let query = try await queries.find(id, in: caller.organization)
        if let version, version != query.version { throw LoupeError.stale("query") }
        let usage = try await usage(of: id, by: caller)
        guard cascade || usage.total == 0 else { throw LoupeError.inUse(.query, usage) }
        let entry = AuditEntry(
            .queryDelete,
            AuditEntry.Subject(.query, id, query.name),
            details: usage.total > 0 ? ["used_by": .number(String(usage.total))] : nil,
            by: caller,
            in: surroundings
        )
        let now = surroundings.now()
        try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            try QueryRepository.delete(
                id,
                version: version,
                cascade: cascade,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
    }

    /// A new query that is what this one is, under another name.
    package func duplicate(_ id: SavedQuery.ID, by caller: Caller) async throws -> SavedQuery {
        let original = try await queries.find(id, in: caller.organization)
        let now = surroundings.now()
        let copy = SavedQuery(
            id: surroundings.newID(),
            organizationID: caller.organization,
            datasourceID: original.datasourceID,
            name: ObjectName.copy(of: original.name),
            description: original.description,
            sql: original.sql,
            parameters: original.parameters,
            tags: original.tags,
            limits: original.limits,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        try await queries.insert(copy)
        return try await queries.find(copy.id, in: caller.organization)
    }

    /// Makes a query what it was at a revision, which is a new one. Throws `conflict` where the datasource of that time
    /// is gone, `precondition_failed` as `update` does.
    package func restore(
        _ id: SavedQuery.ID,
        revision: Int,
        version: Int?,
        by caller: Caller
    ) async throws -> SavedQuery {
        let found = try await RevisionRepository(database)
            .find(revision, of: .query, id.uuid, in: caller.organization)
        do {
            return try await update(id, version: version, by: caller) { query in
                if let content = found.content { query.restore(content) }
            }
        } catch let error as LoupeError where error.details.contains(where: { $0.field == "datasource_id" }) {
            throw LoupeError(.conflict, "the datasource of that revision was deleted", underlying: error)
        }
    }
}
