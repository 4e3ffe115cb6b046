import Foundation
import LoupeCore
import LoupeStore

/// `loupe backup DIR`: the store as of one moment, its results and its key, while the server goes on.
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
        guard mkdir(path, 0o700) == 0 else {
            throw ExitError(.cannotCreate, "\(path) cannot be made: \(String(cString: strerror(errno))).")
        }
        do {
            try await database.backUp(to: "\(path)/loupe.db")
        } catch let error as LoupeError {
            throw ExitError(.ioError, "The store could not be backed up: \(error.message).")
        }
        // After the store: every chunk that it names was there before, and chunks never change.
        return try ["loupe.db"]
            + ["results", "secret.key", "loupe.yaml"].filter { name in
                let source = "\(installation.configuration.dataDirectory)/\(name)"
                guard FileManager.default.fileExists(atPath: source) else { return false }
                do {
                    try FileManager.default.copyItem(atPath: source, toPath: "\(path)/\(name)")
                    return true
                } catch {
                    throw ExitError(.ioError, "\(name) could not be copied: is the disk full?")
                }
            }
    }
}
