import Foundation
import LoupeCore

/// What an export names instead of an id, and what an import makes of it.
struct ArchiveNames {
    let datasources: [Datasource.ID: String]
    /// Of queries that are exported or imported, or that are there.
    let queries: Set<SavedQuery.ID>
    private let datasourceIDs: [String: [Datasource.ID]]

    init(datasources: [Datasource.ID: String], queries: Set<SavedQuery.ID>) {
        self.datasources = datasources
        self.queries = queries
        datasourceIDs = Dictionary(grouping: datasources.keys) { datasources[$0, default: ""] }
    }

    /// The one datasource of that name; else what is wrong.
    func datasource(_ name: String) -> Result<Datasource.ID, Missing> {
        let ids = datasourceIDs[name, default: []]
        if let id = ids.first, ids.count == 1 { return .success(id) }
        let message =
            ids.isEmpty
            ? "there is no datasource \"\(name)\": connect it first"
            : "there are \(ids.count) datasources \"\(name)\": rename all but one"
        return .failure(Missing(message: message))
    }

    struct Missing: Error {
        let message: String
    }

    /// Names that several datasources have, of those that are used.
    func ambiguous(_ used: Set<Datasource.ID>) -> [String] {
        let names = Set(used.compactMap { datasources[$0] })
        return names.filter { datasourceIDs[$0, default: []].count > 1 }.sorted()
    }
}

/// For whom and when an import makes its objects.
struct ArchiveMaking {
    let organization: Organization.ID
    let user: User.ID
    let now: Timestamp
    let names: ArchiveNames
    let problems: ArchiveProblems
}
