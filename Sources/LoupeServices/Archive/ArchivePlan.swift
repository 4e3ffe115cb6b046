import LoupeCore

/// What an import would do.
package struct ArchivePlan: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        package let kind: ArchiveKind
        package let path: String
        package let name: String
        /// What differs, field by field; nil for an object that is not there yet.
        package let differences: [String]?
    }

    package let changes: [Change]
    /// Objects that are as their files say.
    package let unchangedCount: Int
    /// Objects that no file tells of; they are left alone.
    package let othersCount: Int

    /// A line each, such as `+ query Flights by carrier` and `~ query Flights by carrier: max_rows 100 → 200`.
    package var lines: [String] {
        changes.map { change in
            let object = "\(change.kind.rawValue) \(change.name) (\(change.path))"
            guard let differences = change.differences else { return "+ \(object)" }
            return "~ \(object): \(differences.joined(separator: "; "))"
        } + [
            "\(createdCount) new, \(changedCount) changed, \(unchangedCount) unchanged, \(othersCount) not in the files"
        ]
    }

    package var createdCount: Int { changes.count { $0.differences == nil } }
    package var changedCount: Int { changes.count - createdCount }
}

extension ArchiveDocument {
    /// What an import of this would change of what is there.
    func differences(from before: ArchiveDocument) -> [String] {
        var differences: [String] = []
        Self.compare(.members(before.members), .members(members), "", &differences)
        if let old = before.sql, let new = sql, old != new { differences.append(Self.lines(old, new)) }
        return differences
    }

    private static func compare(
        _ old: ArchiveValue,
        _ new: ArchiveValue,
        _ path: String,
        _ differences: inout [String]
    ) {
        guard old != new else { return }
        switch (old, new) {
        case (.members(let before), .members(let after)):
            let beforeByName = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
            let afterByName = Dictionary(after.map { ($0.name, $0.value) }) { first, _ in first }
            for name in after.map(\.name) + before.map(\.name).filter({ afterByName[$0] == nil }) {
                let inside = path.isEmpty ? name : "\(path).\(name)"
                compare(beforeByName[name] ?? .null, afterByName[name] ?? .null, inside, &differences)
            }
        case (.list(let before), .list(let after)) where before.count == after.count:
            for (index, pair) in zip(before, after).enumerated() {
                compare(pair.0, pair.1, "\(path)[\(index)]", &differences)
            }
        case (.list(let before), .list(let after)):
            differences.append("\(path) \(before.count) → \(after.count) elements")
        default: differences.append("\(path) \(shown(old)) → \(shown(new))")
        }
    }

    private static func shown(_ value: ArchiveValue) -> String {
        let text = value.json.canonicalText
        return text.count > 60 ? "\(text.prefix(59))…" : text
    }

    private static func lines(_ old: String, _ new: String) -> String {
        let before = old.split(separator: "\n", omittingEmptySubsequences: false)
        let after = new.split(separator: "\n", omittingEmptySubsequences: false)
        let changed = after.difference(from: before)
        return "sql +\(changed.insertions.count) −\(changed.removals.count) lines"
    }
}
