import Foundation

/// The file of a datasource, checked before SQLite sees its path.
struct SQLiteFile: Hashable, Sendable {
    /// A closed set of phrases; outside the allowed directories nothing is told apart, not even what exists.
    enum Refusal: String, Error, CaseIterable {
        case outside = "The file is not in a directory that this server allows"
        case missing = "There is no such file"
        case notRegular = "This is not a regular file"
        case unreadable = "The file cannot be read"
        case ownDatabase = "This is Loupe's own database"
    }

    /// Which file it is, however it is named.
    struct Identity: Hashable, Sendable {
        var device: UInt64
        var number: UInt64
    }

    /// Without symbolic links.
    let path: String
    let identity: Identity

    /// Resolves every link of `path`, which must then lie in one of `directories` and be none of `refused`. Blocks.
    static func resolve(_ path: String, inside directories: [String], refusing refused: [String]) throws -> SQLiteFile {
        let roots = directories.compactMap(realPath)
        guard let resolved = realPath(path) else {
            let parent = realPath((path as NSString).deletingLastPathComponent)
            throw parent.map { isInside($0 + "/x", roots) } == true ? Refusal.missing : Refusal.outside
        }
        guard isInside(resolved, roots) else { throw Refusal.outside }
        let descriptor = open(resolved, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Refusal.unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Refusal.unreadable }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Refusal.notRegular }
        let file = SQLiteFile(path: resolved, identity: Identity(status))
        guard !refused.contains(where: { Identity(ofPath: $0) == file.identity }) else { throw Refusal.ownDatabase }
        return file
    }

    /// Whether the path still leads to the same file.
    var isCurrent: Bool { Identity(ofPath: path) == identity }

    private static func isInside(_ path: String, _ roots: [String]) -> Bool {
        roots.contains { path.hasPrefix($0 == "/" ? "/" : $0 + "/") }
    }

    private static func realPath(_ path: String) -> String? {
        guard path.hasPrefix("/"), let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}

extension SQLiteFile.Identity {
    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    fileprivate init?(ofPath path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}
