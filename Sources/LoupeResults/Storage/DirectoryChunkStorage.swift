import Glibc
package import LoupeCore

/// `RESULT_STORAGE=directory:PATH`: a file a chunk, `<PATH>/<aa>/<result id>/<n>.zst`, where `aa` are the id's last
/// two digits (its first are the time, the same for hours).
///
/// A file is written under another name, fsynced, then renamed: whatever dies, a chunk's name never holds half a chunk.
package struct DirectoryChunkStorage: ChunkStorage {
    package let kind = ResultStorage.Kind.directory
    private let path: String

    package init(path: String) throws {
        self.path = path
        do throws(FileFailure) {
            try PosixFile.makeDirectories(path)
            guard access(path, R_OK | W_OK | X_OK) == 0 else { throw FileFailure("access", path) }
        } catch {
            throw LoupeError.resultStorage(error)
        }
    }

    package func write(_ bytes: [UInt8], chunk number: Int, of result: StoredResult.ID) throws -> [UInt8]? {
        let directory = directory(of: result)
        do {
            try PosixFile.makeDirectories(directory)
            try PosixFile.replace("\(directory)/\(number).zst", with: bytes)
        } catch {
            throw LoupeError.resultStorage(error)
        }
        return nil
    }

    package func read(chunk number: Int, of result: StoredResult.ID) throws -> [UInt8]? {
        do {
            return try PosixFile.read("\(directory(of: result))/\(number).zst")
        } catch {
            throw LoupeError.resultStorage(error)
        }
    }

    package func removeAll(of result: StoredResult.ID) throws {
        do {
            try PosixFile.removeDirectory(directory(of: result))
        } catch {
            throw LoupeError.resultStorage(error)
        }
    }

    private func directory(of result: StoredResult.ID) -> String {
        let id = result.description
        return "\(path)/\(id.suffix(2))/\(id)"
    }
}

extension LoupeError {
    /// A full disk or a lost mount passes; the caller may try again.
    static func resultStorage(_ failure: FileFailure) -> LoupeError {
        let message =
            failure.code == ENOSPC || failure.code == EDQUOT || failure.code == EFBIG
            ? "the disk for results is full" : "the place for results cannot be read or written"
        return LoupeError(.unavailable, message, underlying: failure)
    }
}
