import Foundation
import LoupeCore

/// One object as its files hold it. The key is the object's id: it stays when the object is renamed, and the references
/// of other files name it.
package struct ArchiveDocument: Hashable, Sendable {
    let kind: ArchiveKind
    let id: UUID
    var members: [ArchiveValue.Member]
    /// Of a query, in a file beside.
    var sql: String?

    /// Of a file and in messages: `queries/0196….yaml`.
    var path: String { "\(kind.folder)/\(id.lowercaseText).yaml" }
    var sqlPath: String { "\(kind.folder)/\(id.lowercaseText).sql" }

    var yaml: String { ArchiveWriter.text(of: members) }

    var name: String {
        guard case .text(let name)? = members.first(where: { $0.name == "name" })?.value else { return "" }
        return name
    }
}

extension UUID {
    var lowercaseText: String { Identifier<Void>(self).description }
}

/// A whole organization's queries, charts, dashboards, schedules and canvases as files.
package struct Archive: Hashable, Sendable {
    /// By kind and then by key.
    package let documents: [ArchiveDocument]

    init(_ documents: [ArchiveDocument]) {
        let order = Dictionary(uniqueKeysWithValues: ArchiveKind.allCases.enumerated().map { ($1, $0) })
        self.documents = documents.sorted {
            (order[$0.kind, default: 0], $0.id.lowercaseText) < (order[$1.kind, default: 0], $1.id.lowercaseText)
        }
    }

    package var count: Int { documents.count }
}

/// Something wrong with a file, for the person who wrote it.
package struct ArchiveProblem: Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let message: String

    package var description: String { "\(path): \(message)" }
}

/// An archive that cannot be imported, with everything that is wrong.
package struct ArchiveRefusal: Error, CustomStringConvertible {
    package let problems: [ArchiveProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
