import Foundation
import Glibc

extension ArchiveDirectory {
    /// Writes an export. Into a directory that is missing, empty, or holds an earlier export, whose files are replaced:
    /// what is no longer there is removed. Throws `Failure`.
    package func write(_ archive: Archive) throws {
        try prepare()
        var files: [String: String] = [Self.manifest: Self.manifestText]
        for document in archive.documents {
            files[document.path] = document.yaml
            // As editors leave it; reading takes the last line's end off again.
            files[document.sqlPath] = document.sql.map { $0 + "\n" }
        }
        for kind in ArchiveKind.allCases {
            let folder = "\(path)/\(kind.folder)"
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST, try isFolder(folder) else {
                throw Failure(message: "\(folder) cannot be made")
            }
            for name in try names(in: folder) where files["\(kind.folder)/\(name)"] == nil {
                guard Self.key(of: name) != nil else { continue }
                guard unlink("\(folder)/\(name)") == 0 else { throw failure("\(folder)/\(name)", "be removed") }
            }
        }
        for (name, text) in files.sorted(by: { $0.key < $1.key }) { try write(text, to: "\(path)/\(name)") }
    }

    private func prepare() throws {
        if mkdir(path, 0o777) == 0 { return }
        guard errno == EEXIST, try isFolder(path, followingLinks: true) else { throw failure(path, "be made") }
        let names = try names(in: path).filter { !$0.hasPrefix(".") }
        guard names.isEmpty || names.contains(Self.manifest) else {
            throw Failure(message: "\(path) is neither empty nor an earlier export")
        }
    }

    private func write(_ text: String, to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(file, "be written") }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(file, "be written") }
            bytes = bytes.dropFirst(count)
        }
    }

    func failure(_ file: String, _ what: String) -> Failure {
        let reason = errno == ELOOP ? "it is a link" : String(cString: strerror(errno))
        return Failure(message: "\(file) cannot \(what): \(reason)")
    }

    func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Failure(message: "\(folder) cannot be read")
        }
    }

    func isFolder(_ folder: String, followingLinks: Bool = false) throws -> Bool {
        var status = stat()
        guard (followingLinks ? stat(folder, &status) : lstat(folder, &status)) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// The key and the suffix of a file's name; nil for any other name.
    static func key(of name: String) -> (id: UUID, suffix: String)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == "yaml" || parts[1] == "sql", let id = UUID(uuidString: String(parts[0])),
            id.lowercaseText == parts[0]
        else { return nil }
        return (id, String(parts[1]))
    }
}
