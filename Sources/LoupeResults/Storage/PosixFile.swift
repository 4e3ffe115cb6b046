import Glibc

/// Whole files by blocking calls, each failure with its `errno`.
enum PosixFile {
    /// Makes a directory and those above it, mode 0700; what exists stays as it is.
    static func makeDirectories(_ path: String) throws(FileFailure) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileFailure("mkdir", path)
        }
        try makeDirectories(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileFailure("mkdir", path) }
        try synchronizeDirectory(of: path)
    }

    /// Writes a file of mode 0600 beside its name, makes it durable, and only then gives it its name.
    static func replace(_ path: String, with bytes: [UInt8]) throws(FileFailure) {
        let temporary = path + ".part"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure("open", temporary) }
        do throws(FileFailure) {
            try write(bytes, to: file, path: temporary)
            guard fsync(file) == 0 else { throw FileFailure("fsync", temporary) }
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        close(file)
        guard rename(temporary, path) == 0 else { throw FileFailure("rename", path) }
        try synchronizeDirectory(of: path)
    }

    /// The whole file; nil where there is none.
    static func read(_ path: String) throws(FileFailure) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw FileFailure("open", path) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileFailure("fstat", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var at = 0
        while at < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + at }, $0.count - at) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read", path) }
            guard count > 0 else { break }
            at += count
        }
        bytes.removeLast(bytes.count - at)
        return bytes
    }

    /// Removes a directory of files; nothing where there is none.
    static func removeDirectory(_ path: String) throws(FileFailure) {
        guard let directory = opendir(path) else {
            guard errno == ENOENT else { throw FileFailure("opendir", path) }
            return
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw FileFailure("unlink", path) }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw FileFailure("rmdir", path) }
    }

    private static func write(_ bytes: [UInt8], to file: CInt, path: String) throws(FileFailure) {
        var at = 0
        while at < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + at }, $0.count - at) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("write", path) }
            at += count
        }
    }

    /// A new name survives a loss of power only once its directory is on the disk.
    private static func synchronizeDirectory(of path: String) throws(FileFailure) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let parent = String(path[..<slash])
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw FileFailure("open", parent) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw FileFailure("fsync", parent) }
    }
}

/// A call on a file that failed, for the log.
struct FileFailure: Error, CustomStringConvertible {
    let code: CInt
    private let call: String
    private let path: String

    /// Reads `errno`, so it is made right after the call.
    init(_ call: String, _ path: String) {
        code = errno
        self.call = call
        self.path = path
    }

    var description: String { "\(call) \(path): \(String(cString: strerror(code)))" }
}
