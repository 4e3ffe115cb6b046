import Foundation
package import LoupeCore
package import LoupeStore

/// Takes what people made in an organization out into files, and back.
///
/// An export holds no secret: datasources are named, and their connections stay where they are.
package struct ArchiveService: Sendable {
    private let database: any Database
    private let archives: ArchiveRepository
    private let rules: DatasourceRules
    private let signals: SignalHub
    private let surroundings: Surroundings

    package init(
        database: any Database,
        rules: DatasourceRules,
        signals: SignalHub,
        surroundings: Surroundings
    ) {
        self.database = database
        self.rules = rules
        self.signals = signals
        self.surroundings = surroundings
        archives = ArchiveRepository(database)
    }

    /// The whole organization, as it is at one moment. Throws `conflict` where a name of a datasource does not tell which.
    package func export(by caller: Caller) async throws -> Archive {
        let contents = try await archives.contents(of: caller.organization)
        try contents.refuseAmbiguousNames()
        let archive = contents.archive
        let entry = AuditEntry(
            .organizationExport,
            details: ["objects": .number(String(archive.count))],
            by: caller,
            in: surroundings
        )
        try await AuditRepository(database).append(entry, in: caller.organization)
        return archive
    }

    /// An import that was checked, and what it would do.
    package struct Prepared: Sendable {
        package let plan: ArchivePlan
        let changes: ArchiveRepository.Changes
    }

    /// Checks an archive against the rules and against what is there. Throws `ArchiveRefusal` with everything that is
    /// wrong; changes nothing.
    package func prepare(_ archive: Archive, by caller: Caller) async throws -> Prepared {
        let present = try await archives.contents(of: caller.organization)
        let problems = ArchiveProblems()
        try await refuseBinned(archive, caller.organization, problems)
        let making = ArchiveMaking(
            organization: caller.organization,
            user: caller.user,
            now: surroundings.now(),
            names: archive.names(with: present),
            problems: problems
        )
        let wanted = archive.contents(over: present, making)
        for query in wanted.queries { await check(query, present, problems) }
        guard problems.list.isEmpty else { throw ArchiveRefusal(problems: problems.list) }
        return Prepared(wanted: wanted, present: present)
    }

    /// Carries an import out, all or nothing. Throws `LoupeError` where somebody changed one of its objects since.
    package func apply(_ prepared: Prepared, by caller: Caller) async throws {
        guard !prepared.plan.changes.isEmpty else { return }
        let entry = AuditEntry(
            .organizationImport,
            details: [
                "new": .number(String(prepared.plan.createdCount)),
                "changed": .number(String(prepared.plan.changedCount)),
            ],
            by: caller,
            in: surroundings
        )
        try await archives.write(
            prepared.changes,
            entry,
            by: caller.user,
            in: caller.organization,
            at: surroundings.now()
        )
        signals.announce(.schedules)
    }

    /// The guard, as for a query that a person saves.
    private func check(
        _ query: SavedQuery,
        _ present: ArchiveRepository.Contents,
        _ problems: ArchiveProblems
    ) async {
        guard let kind = present.datasourceKinds[query.datasourceID] else { return }
        let path = "\(ArchiveKind.query.folder)/\(query.id).sql"
        for problem in await rules.inspect(query.sql, kind).problems {
            problems.add(path, "line \(problem.line ?? 1): \(problem.message)")
        }
    }

    /// What lies in the bin is neither there nor free to be made again.
    private func refuseBinned(
        _ archive: Archive,
        _ organization: Organization.ID,
        _ problems: ArchiveProblems
    ) async throws {
        let ids = Dictionary(grouping: archive.documents, by: \.kind.object).mapValues { documents in
            documents.map { Identifier<Void>($0.id) }
        }
        let binned = try await archives.inBin(ids, of: organization)
        for document in archive.documents where binned.contains(Identifier(document.id)) {
            problems.add(document.path, "lies in the bin: take it out, or delete it for good")
        }
    }
}

extension ArchiveKind {
    var object: ObjectKind {
        switch self {
        case .query: .query
        case .visualization: .visualization
        case .dashboard: .dashboard
        case .schedule: .schedule
        case .canvas: .canvas
        }
    }
}
