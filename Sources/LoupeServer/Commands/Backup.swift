import Foundation
import LoupeCore
import LoupeStore

/// `loupe backup DIR`: the store as of one moment, its results and its key, while the server goes on.
///
/// To restore, `loupe serve --data-dir DIR`. Results lie in `DIR/results`, also where `RESULT_STORAGE` names another
/// directory: then that setting must name the copy. A key given as `LOUPE_SECRET_KEY` is no file and not copied.
package struct Backup: Sendable {
    private let installation: Installation

    package init(_ installation: Installation) {
        self.installation = installation
    }

    /// Writes into a directory that must not exist yet; what it wrote. Throws `ExitError`.
    package func write(to path: String) async throws -> [String] {
        guard let database = installation.store.database as? SQLiteDatabase else {
            throw ExitError(
                .usage,
                "A store in PostgreSQL is backed up with pg_dump; add the results' directory and LOUPE_SECRET_KEY."
            )
        }
        try makeDirectory(path)
        do {
            try await database.backUp(to: "\(path)/loupe.db")
        } catch let error as LoupeError {
            throw ExitError(.ioError, "The store could not be backed up: \(error.message).")
        }
        // After the store: every chunk that it names was there before, and chunks never change.
        return try ["loupe.db"] + results(to: path)
            + ["secret.key", "loupe.yaml"].filter { name in
                try copy("\(installation.configuration.dataDirectory)/\(name)", to: "\(path)/\(name)")
            }
    }

    /// What lies in the directory of results, wherever that is.
    private func results(to path: String) throws -> [String] {
        guard case .directory(let source) = installation.configuration.results.location else { return [] }
        let target = "\(path)/results"
        try makeDirectory(target)
        guard let names = FileManager.default.enumerator(atPath: source) else {
            throw ExitError(.ioError, "\(source) cannot be read.")
        }
        for case let name as String in names {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(source)/\(name)", isDirectory: &isDirectory) else {
                continue
            }
            if isDirectory.boolValue {
                try makeDirectory("\(target)/\(name)")
            } else {
                _ = try copy("\(source)/\(name)", to: "\(target)/\(name)")
            }
        }
        return ["results"]
    }

    private func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else {
            throw ExitError(.cannotCreate, "\(path) cannot be made: \(String(cString: strerror(errno))).")
        }
    }

    /// False for a file that is not there: the server goes on, and what it swept away meanwhile is no loss.
    private func copy(_ source: String, to target: String) throws -> Bool {
        do {
            try FileManager.default.copyItem(atPath: source, toPath: target)
            return true
        } catch {
            guard FileManager.default.fileExists(atPath: source) else { return false }
            throw ExitError(.ioError, "\(source) could not be copied: is the disk full?")
        }
    }
}
