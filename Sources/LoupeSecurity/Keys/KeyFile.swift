import Foundation
import Glibc

/// The file that keeps a key ring made by the server itself, in the data directory.
package struct KeyFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Why a key file was not used. The path is the operator's own.
    package enum Failure: Error, Hashable, CustomStringConvertible {
        /// Others than its owner may read or write it.
        case readableByOthers(path: String)
        case notAFile(path: String)
        case invalid(path: String, KeyRing.ParsingError)
        case system(path: String, errno: Int32)

        package var description: String {
            switch self {
            case .readableByOthers(let path): "\(path) can be read by others; chmod 600 it, and consider its key known"
            case .notAFile(let path): "\(path) is not a regular file"
            case .invalid(let path, let problem): "\(path): \(problem)"
            case .system(let path, let code): "\(path): \(String(cString: strerror(code)))"
            }
        }
    }

    /// The ring that the file holds, or nil where there is no file.
    package func read() throws(Failure) -> KeyRing? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw errno == ELOOP ? .notAFile(path: path) : .system(path: path, errno: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path: path) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .system(path: path, errno: errno) }
        do {
            return try KeyRing(parsing: String(decoding: buffer[..<count], as: UTF8.self))
        } catch {
            throw .invalid(path: path, error)
        }
    }

    /// The ring that the file holds; a new one is made and kept where there is no file. Two processes that do this at once
    /// get the same ring: the file appears whole, under its name, or not at all.
    package func readOrCreate() throws(Failure) -> KeyRing {
        if let ring = try read() { return ring }
        let ring = KeyRing.generated()
        let unfinished = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
        try write(ring.secretText + "\n", to: unfinished)
        defer { unlink(unfinished) }
        if link(unfinished, path) == 0 { return ring }
        guard errno == EEXIST, let other = try read() else { throw .system(path: path, errno: errno) }
        return other
    }

    private func write(_ text: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(path: self.path, errno: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let code = errno
            unlink(path)
            throw .system(path: self.path, errno: code)
        }
    }
}
