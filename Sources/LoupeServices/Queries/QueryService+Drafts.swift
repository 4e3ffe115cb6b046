package import LoupeCore
import LoupeStore

extension QueryService {
    package func draft(of id: SavedQuery.ID, by caller: Caller) async throws -> QueryDraft {
        try await drafts.find(id, of: caller.user, in: caller.organization)
    }

    package func drafts(_ request: ListRequest, by caller: Caller) async throws -> Page<QueryDraft> {
        try await drafts.list(request, of: caller.user, in: caller.organization)
    }

    /// Keeps the caller's own text of a query; nothing of it is checked, as it is not run. What is nil stays as it is, or
    /// as the query has it where there is no draft.
    package func saveDraft(
        of id: SavedQuery.ID,
        sql: String?,
        parameters: [ParameterDefinition]??,
        baseVersion: Int?,
        by caller: Caller
    ) async throws -> QueryDraft {
        let query = try await queries.find(id, in: caller.organization)
        var draft: QueryDraft
        do {
            draft = try await self.draft(of: id, by: caller)
        } catch let error as LoupeError where error.code == .notFound {
            draft = QueryDraft(
                queryID: id,
                queryName: query.name,
                sql: query.sql,
                parameters: nil,
                baseVersion: query.version,
                currentVersion: query.version,
                updatedAt: surroundings.now()
            )
        }
        draft.sql = sql ?? draft.sql
        if let parameters { draft.parameters = parameters }
        if let baseVersion, baseVersion > query.version {
            throw LoupeError.invalid("base_version", "the query has no such version yet")
        }
        draft.baseVersion = baseVersion ?? draft.baseVersion
        draft.updatedAt = surroundings.now()
        try await drafts.save(draft, of: caller.user, in: caller.organization)
        return draft
    }

    package func deleteDraft(of id: SavedQuery.ID, by caller: Caller) async throws {
        try await drafts.delete(id, of: caller.user, in: caller.organization)
    }

    private var drafts: QueryDraftRepository { QueryDraftRepository(database) }
}
