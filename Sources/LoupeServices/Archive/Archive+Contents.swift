import Foundation
import LoupeCore
import LoupeStore

extension ArchiveRepository.Contents {
    /// As files hold it.
    var archive: Archive {
        let names = ArchiveNames(datasources: datasources, queries: Set(queries.map(\.id)))
        return Archive(documents(names))
    }
}

extension ArchiveRepository.Contents {
    /// Throws `conflict` where two datasources have one name: files know them by it.
    func refuseAmbiguousNames() throws(LoupeError) {
        let onCanvases = canvases.flatMap(\.nodes).compactMap(\.work.datasource)
        let names = ArchiveNames(datasources: datasources, queries: [])
        let ambiguous = names.ambiguous(Set(queries.map(\.datasourceID) + onCanvases))
        guard let name = ambiguous.first else { return }
        throw LoupeError(.conflict, "several datasources are named \"\(name)\": rename all but one, then export")
    }
}

extension Archive {
    /// What its documents may name: what is there, and what comes with them.
    func names(with present: ArchiveRepository.Contents) -> ArchiveNames {
        let queries = documents.filter { $0.kind == .query }.map { SavedQuery.ID($0.id) }
        return ArchiveNames(
            datasources: present.datasources,
            queries: Set(queries).union(present.queries.map(\.id))
        )
    }

    /// The objects that the documents tell of, over what is there.
    func contents(over present: ArchiveRepository.Contents, _ making: ArchiveMaking) -> ArchiveRepository.Contents {
        var wanted = ArchiveRepository.Contents()
        let queries = byID(present.queries, \.id.uuid)
        let charts = byID(present.visualizations, \.id.uuid)
        let dashboards = byID(present.dashboards, \.id.uuid)
        let schedules = byID(present.schedules, \.id.uuid)
        let canvases = byID(present.canvases, \.id.uuid)
        let coming = documents.filter { $0.kind == .visualization }.map { Visualization.ID($0.id) }
        let known = Set(coming).union(present.visualizations.map(\.id))
        for document in documents {
            let id = document.id
            switch document.kind {
            case .query:
                if let query = SavedQuery(document, over: queries[id], making) { wanted.queries.append(query) }
            case .visualization:
                if let chart = Visualization(document, over: charts[id], making) {
                    wanted.visualizations.append(chart)
                }
            case .dashboard:
                let before = dashboards[id]
                if let dashboard = Dashboard(document, over: before, visualizations: known, making) {
                    wanted.dashboards.append(dashboard)
                }
            case .schedule:
                if let schedule = Schedule(document, over: schedules[id], making) { wanted.schedules.append(schedule) }
            case .canvas:
                if let canvas = Canvas(document, over: canvases[id], making) { wanted.canvases.append(canvas) }
            }
        }
        wanted.datasources = present.datasources
        return wanted
    }

    private func byID<Object>(_ objects: [Object], _ id: (Object) -> UUID) -> [UUID: Object] {
        Dictionary(objects.map { (id($0), $0) }) { first, _ in first }
    }
}

extension ArchiveService.Prepared {
    /// Compares as the files would: what is written alike is the same.
    init(wanted: ArchiveRepository.Contents, present: ArchiveRepository.Contents) {
        let names = ArchiveNames(
            datasources: present.datasources,
            queries: Set(wanted.queries.map(\.id)).union(present.queries.map(\.id))
        )
        let before = Dictionary(uniqueKeysWithValues: present.documents(names).map { ($0.path, $0) })
        let after = wanted.documents(names)
        var list: [ArchivePlan.Change] = []
        var isNew: [String: Bool] = [:]
        for document in Archive(after).documents {
            let old = before[document.path]
            let differences = old.map { document.differences(from: $0) }
            guard differences?.isEmpty != true else { continue }
            isNew[document.path] = old == nil
            list.append(
                ArchivePlan.Change(
                    kind: document.kind,
                    path: document.path,
                    name: document.name,
                    differences: differences
                )
            )
        }
        let paths = Set(after.map(\.path))
        plan = ArchivePlan(
            changes: list,
            unchangedCount: after.count - list.count,
            othersCount: before.keys.count { !paths.contains($0) }
        )
        changes = ArchiveRepository.Changes(wanted, isNew)
    }
}

extension ArchiveRepository.Contents {
    fileprivate func documents(_ names: ArchiveNames) -> [ArchiveDocument] {
        queries.map { $0.archived(names) } + visualizations.map { $0.archived() }
            + dashboards.map { $0.archived(names) } + schedules.map { $0.archived() }
            + canvases.map { $0.archived(names) }
    }

    /// Those whose path `isIn` lets in.
    fileprivate func only(_ isIn: (String) -> Bool) -> ArchiveRepository.Contents {
        func here(_ kind: ArchiveKind, _ id: UUID) -> Bool { isIn("\(kind.folder)/\(id.lowercaseText).yaml") }
        var some = ArchiveRepository.Contents()
        some.queries = queries.filter { here(.query, $0.id.uuid) }
        some.visualizations = visualizations.filter { here(.visualization, $0.id.uuid) }
        some.dashboards = dashboards.filter { here(.dashboard, $0.id.uuid) }
        some.schedules = schedules.filter { here(.schedule, $0.id.uuid) }
        some.canvases = canvases.filter { here(.canvas, $0.id.uuid) }
        return some
    }
}

extension ArchiveRepository.Changes {
    fileprivate init(_ wanted: ArchiveRepository.Contents, _ isNew: [String: Bool]) {
        self.init()
        new = wanted.only { isNew[$0] == true }
        changed = wanted.only { isNew[$0] == false }
    }
}
