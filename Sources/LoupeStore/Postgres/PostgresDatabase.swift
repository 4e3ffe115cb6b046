import LoupeCore
package import LoupePostgres
import Synchronization

/// The metadata store in PostgreSQL.
///
/// Writes are `READ COMMITTED`: what a write depends on stands in its WHERE or is locked. Reads see one moment.
package final class PostgresDatabase: Database {
    package let dialect = Dialect.postgres
    let pool: PostgresPool
    /// First statements of reads that turned out to have more than one.
    private let longReads = Mutex<Set<String>>([])

    /// A transaction is tried that often in all where it may pass the next time.
    private static let attempts = 5

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A read of a single statement is one round trip, without BEGIN and COMMIT: it sees one moment anyway. One that
    /// goes on after its first statement starts over in a transaction, and is remembered to begin with one.
    package func read<Value: Sendable>(
        _ body: @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await trying { session, _ in
            let short = PostgresShortRead(session) { first in self.longReads.withLock { $0.contains(first) } }
            let value = Result { try body(short) }
            guard let first = short.outgrown else { return try value.get() }
            self.remember(first)
            return try PostgresTransaction.run(session, .readOnly, body)
        }
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ body: @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await trying { session, progress in
            try PostgresTransaction.run(session, .readWrite, progress: progress, body)
        }
    }

    package func close() async {
        await pool.close()
    }

    private func remember(_ statement: String) {
        longReads.withLock { statements in
            // A bound for the case that statements are made of ever new texts.
            if statements.count >= 1000 { statements.removeAll() }
            statements.insert(statement)
        }
    }

    /// Runs a whole operation on a connection, again where it failed in a way that may pass: a deadlock, a
    /// serialization failure, or a lost connection before COMMIT was sent.
    func trying<Value: Sendable>(
        _ body: @Sendable (PostgresSession, CommitProgress) throws -> Value
    ) async throws -> Value {
        var left = Self.attempts
        while true {
            left -= 1
            let progress = CommitProgress()
            do {
                return try await pool.withConnection { connection in
                    try await connection.run { try body($0, progress) }
                }
            } catch let error as PostgresError {
                let mayPass = error.isRetryable || (error.isConnectionLost && !progress.isCommitSent)
                guard mayPass, left > 0 else { throw LoupeError(postgres: error) }
            } catch let error as PostgresConnectError {
                throw LoupeError(.unavailable, "the store cannot be reached", underlying: error)
            }
        }
    }
}

/// Whether a transaction's COMMIT was sent: from then on it may have happened.
final class CommitProgress: Sendable {
    private let flag = Atomic(false)

    var isCommitSent: Bool { flag.load(ordering: .relaxed) }

    func sendCommit() {
        flag.store(true, ordering: .relaxed)
    }
}
