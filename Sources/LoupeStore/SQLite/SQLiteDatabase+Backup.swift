import Dispatch
import GRDB
import LoupeCore

extension SQLiteDatabase {
    /// Copies the store as of one moment into a new file of mode 0600, while others read and write. Throws `unavailable`
    /// where the file cannot be written.
    package func backUp(to path: String) async throws {
        try SQLiteDatabase.createFile(path)
        let pool = pool
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        do {
                            let copy = try DatabaseQueue(path: path)
                            try pool.backup(to: copy)
                            try copy.close()
                        } catch let error as DatabaseError {
                            throw LoupeError.sqlite(error)
                        }
                    }
                )
            }
        }
    }
}
