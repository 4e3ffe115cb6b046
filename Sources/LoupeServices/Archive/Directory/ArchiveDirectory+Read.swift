import Foundation
import Glibc

extension ArchiveDirectory {
    /// Of a YAML file and of an SQL file, in bytes.
    private static let maximumYAML = 64 << 20
    private static let maximumSQL = 1 << 20
    private static let maximumFiles = 200_000

    /// Reads an export. A key is the name of its file; no path that a file may hold is ever looked at, and links are
    /// refused. Throws `Failure`, and `ArchiveRefusal` with everything that is wrong with the files.
    package func read() throws -> Archive {
        guard try isFolder(path, followingLinks: true) else { throw Failure(message: "\(path) is no directory") }
        // What cannot be read is no manifest of ours.
        let manifest = try? ArchiveReader.members(of: text(of: Self.manifest, maximum: 65_536))
        guard let manifest, manifest.contains(ArchiveValue.Member("format", .number(Self.format))) else {
            throw Failure(message: "\(path)/\(Self.manifest) is missing, a link, or of another version of Loupe")
        }
        let problems = ArchiveProblems()
        var documents: [ArchiveDocument] = []
        for kind in ArchiveKind.allCases { documents += try read(kind, problems) }
        guard problems.list.isEmpty else { throw ArchiveRefusal(problems: problems.list) }
        return Archive(documents)
    }

    private func read(_ kind: ArchiveKind, _ problems: ArchiveProblems) throws -> [ArchiveDocument] {
        let folder = "\(path)/\(kind.folder)"
        guard access(folder, F_OK) == 0 else { return [] }
        guard try isFolder(folder) else { throw Failure(message: "\(folder) is a link, or no directory") }
        let names = try names(in: folder).filter { !$0.hasPrefix(".") }
        guard names.count <= Self.maximumFiles else { throw Failure(message: "\(folder) has too many files") }
        var documents: [UUID: ArchiveDocument] = [:]
        var sql: [UUID: String] = [:]
        for name in names {
            let file = "\(kind.folder)/\(name)"
            guard let (id, suffix) = Self.key(of: name), suffix == "yaml" || kind == .query else {
                problems.add(file, "is no file of an export: its name must be a key and .yaml")
                continue
            }
            if suffix == "sql" {
                var text = try text(of: file, maximum: Self.maximumSQL)
                if text.unicodeScalars.last == "\n" { text.unicodeScalars.removeLast() }
                sql[id] = text
                continue
            }
            do {
                let members = try ArchiveReader.members(of: text(of: file, maximum: Self.maximumYAML))
                documents[id] = ArchiveDocument(kind: kind, id: id, members: members)
            } catch let failure as ArchiveReader.Failure {
                problems.add(file, failure.message)
            }
        }
        for (id, text) in sql {
            if documents[id] == nil { problems.add("\(kind.folder)/\(id.lowercaseText).sql", "has no .yaml beside it") }
            documents[id]?.sql = text
        }
        return Array(documents.values)
    }

    private func text(of name: String, maximum: Int) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(file, "be read") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(message: "\(file) is no ordinary file")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw failure(file, "be read") }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= maximum else { throw Failure(message: "\(file) is larger than \(maximum) bytes") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(message: "\(file) is not UTF-8")
        }
        return text
    }
}
