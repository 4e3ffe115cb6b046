import Foundation
import Glibc

/// The directory with everything an installation keeps on this machine: for its owner's eyes only.
struct DataDirectory: Sendable {
    let path: String

    /// Makes the directory where it is missing. Throws `ExitError` where it cannot be written to.
    init(preparing path: String) throws {
        self.path = path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST || DataDirectory.makeParents(of: path) else {
            throw ExitError(
                .cannotCreate,
                "The data directory \(path) cannot be made: \(String(cString: strerror(errno)))."
            )
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw ExitError(.cannotCreate, "The data directory \(path) is not a directory.")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw ExitError(.noPermission, "The data directory \(path) is not writable for this user.")
        }
        guard chmod(path, 0o700) == 0 else {
            throw ExitError(.noPermission, "The data directory \(path) belongs to somebody else.")
        }
    }

    private static func makeParents(of path: String) -> Bool {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return true
        } catch {
            return false
        }
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A directory inside, made where it is missing.
    func directory(_ name: String) throws -> String {
        let inside = file(name)
        guard mkdir(inside, 0o700) == 0 || errno == EEXIST else {
            throw ExitError(
                .cannotCreate,
                "The directory \(inside) cannot be made: \(String(cString: strerror(errno)))."
            )
        }
        return inside
    }
}

/// Held as long as a server works in a data directory, so that two never do.
final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Throws `ExitError` where another process holds it.
    init(_ directory: DataDirectory) throws {
        let path = directory.file("loupe.lock")
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw ExitError(.noPermission, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ExitError(.unavailable, "Another Loupe works in the data directory \(directory.path).")
        }
    }

    deinit {
        close(descriptor)
    }
}
