package import LoupeCore
import LoupeStore

extension QueryService {
    /// What became of an import.
    package struct ImportOutcome: Hashable, Sendable {
        package var imported = 0
        package var skippedNames: [String] = []
    }

    /// Saves queries on a datasource, all or none. With `skipDuplicates`, one whose name a query on the datasource has, or
    /// an earlier one of the import, is left out. A parameter that takes its options from a query which is not here
    /// loses that: its id is of the place that it was exported from.
    ///
    /// Throws `validation_failed` naming every offending field, `queries[3].sql` and so on.
    package func importQueries(
        _ drafts: [Draft],
        on id: Datasource.ID,
        skipDuplicates: Bool,
        by caller: Caller
    ) async throws -> ImportOutcome {
        let datasource = try await naming("datasource_id") {
            try await DatasourceRepository(database).find(id, in: caller.organization)
        }
        try await check(drafts, datasource.kind)
        let options = Set(drafts.flatMap(\.parameters).compactMap(\.optionsQueryID))
        let known = try await queries.known(options, in: caller.organization)
        let now = surroundings.now()
        let new = drafts.map { draft in
            SavedQuery(
                id: surroundings.newID(),
                organizationID: caller.organization,
                datasourceID: id,
                name: draft.name,
                description: draft.description,
                sql: draft.sql,
                parameters: draft.parameters.map { $0.keepingOptions(from: known) },
                tags: draft.tags,
                limits: draft.limits,
                createdBy: caller.user,
                createdAt: now,
                updatedAt: now
            )
        }
        let subject = AuditEntry.Subject(.datasource, id, datasource.name)
        let entry = AuditEntry(.queryImport, subject, by: caller, in: surroundings)
        return try await database.write { transaction in
            let outcome = try Self.insert(new, on: id, skipDuplicates, caller.organization, transaction)
            var entry = entry
            entry.details = [
                "imported": .number(String(outcome.imported)),
                "skipped": .number(String(outcome.skippedNames.count)),
            ]
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return outcome
        }
    }

    private static func insert(
        _ queries: [SavedQuery],
        on id: Datasource.ID,
        _ skipDuplicates: Bool,
        _ organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> ImportOutcome {
        var outcome = ImportOutcome()
        var names = skipDuplicates ? try QueryRepository.names(on: id, in: organization, transaction) : []
        for query in queries {
            if skipDuplicates, !names.insert(query.name.folded).inserted {
                outcome.skippedNames.append(query.name)
                continue
            }
            try QueryRepository.insert(query, in: transaction)
            outcome.imported += 1
        }
        return outcome
    }

    private func check(_ drafts: [Draft], _ kind: Datasource.Kind) async throws {
        var problems: [LoupeError.Detail] = []
        for (index, draft) in drafts.enumerated() where problems.count < 50 {
            var found = await rules.inspect(draft.sql, kind).problems
            do {
                try ParameterRules.check(draft.parameters)
            } catch {
                found += error.details
            }
            problems += found.map { detail in
                var detail = detail
                detail.field = "queries[\(index)].\(detail.field)"
                return detail
            }
        }
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }

    /// The datasources' names, for an export that is about to begin: written into the audit log first.
    package func beginExport(of datasource: Datasource.ID?, by caller: Caller) async throws -> [Datasource.ID: String] {
        let names = try await DatasourceRepository(database).names(in: caller.organization)
        if let datasource, names[datasource] == nil { throw LoupeError.notFound("datasource") }
        let subject = datasource.map { AuditEntry.Subject(.datasource, $0, names[$0] ?? "") }
        let entry = AuditEntry(.queryExport, subject, by: caller, in: surroundings)
        try await AuditRepository(database).append(entry, in: caller.organization)
        return names
    }
}

extension ParameterDefinition {
    fileprivate func keepingOptions(from known: Set<SavedQuery.ID>) -> ParameterDefinition {
        guard let id = optionsQueryID, !known.contains(id) else { return self }
        var definition = self
        definition.optionsQueryID = nil
        return definition
    }
}
