import Dispatch
import GRDB
import Glibc
import LoupeCore

/// The metadata store in one SQLite file: one writer, readers beside it (WAL).
///
/// GRDB gives the queues and the pool of connections; statements are bound and read through SQLite's own interface, as
/// a GRDB row costs three times a column read by index.
package struct SQLiteDatabase: Database {
    package let dialect = Dialect.sqlite
    let pool: DatabasePool

    /// Opens the file and blocks while it does. Throws `unavailable` where it cannot be made, opened or locked.
    package init(_ options: SQLiteOptions) throws {
        try SQLiteDatabase.createFile(options.path)
        do {
            pool = try DatabasePool(path: options.path, configuration: SQLiteDatabase.configuration(options))
            // GRDB sets NORMAL when it turns WAL on, so this comes after.
            let synchronous = options.synchronous.rawValue
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(synchronous)") }
        } catch let error as DatabaseError {
            throw LoupeError.sqlite(error)
        }
    }

    package func read<Value: Sendable>(
        _ body: @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { try body(SQLiteTransaction($0)) }
        } catch let error as DatabaseError {
            throw LoupeError.sqlite(error)
        }
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ body: @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await onWriter(inTransaction: true) { try body(SQLiteTransaction($0)) }
    }

    func onWriter<Value: Sendable>(
        inTransaction: Bool,
        _ body: @Sendable (GRDB.Database) throws -> Value
    ) async throws -> Value {
        do {
            return inTransaction ? try await pool.write(body) : try await pool.writeWithoutTransaction(body)
        } catch let error as DatabaseError {
            throw LoupeError.sqlite(error)
        }
    }

    /// Waits for the statements under way. Closing what is closed does nothing.
    package func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                try? pool.close()  // a file that does not close has nothing left to lose: every commit is in it
                continuation.resume()
            }
        }
    }

    /// SQLite gives its `-wal` and `-shm` files the mode of the main one, so this is the one place to set it.
    static func createFile(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let cause = StoreFailure(
                code: "errno \(errno)",
                message: "open \(path): \(String(cString: strerror(errno)))"
            )
            throw LoupeError(.unavailable, "the store's file cannot be opened", underlying: cause)
        }
        Glibc.close(descriptor)
    }

    private static func configuration(_ options: SQLiteOptions) -> Configuration {
        var configuration = Configuration()
        configuration.label = "loupe.store"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(options.busyTimeout.wholeMilliseconds) / 1000)
        configuration.maximumReaderCount = options.maximumReaders
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            // Only before the first table, and before WAL writes the first page.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            if let pages = options.maximumPages {
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        return configuration
    }
}
