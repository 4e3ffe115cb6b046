import GRDB
import GRDBSQLite
import LoupeCore

extension LoupeError {
    /// What GRDB threw: from compiling a statement, from `BEGIN` or from `COMMIT`.
    static func sqlite(_ error: DatabaseError) -> any Error {
        let code = error.extendedResultCode.rawValue
        let message = error.message ?? "no message"
        guard let conflict = SQLiteConflict(code: code, message: message) else {
            return sqlite(code: code, message: message)
        }
        return LoupeError(conflict: conflict.named { _ in [:] })
    }

    /// A cancelled task's statement is interrupted: that is a cancellation, not a failure of the store.
    static func sqlite(code: CInt, message: String) -> any Error {
        code & 0xFF == SQLITE_INTERRUPT ? CancellationError() : sqliteFailure(code: code, message: message)
    }

    private static func sqliteFailure(code: CInt, message: String) -> LoupeError {
        let cause = StoreFailure(code: "SQLite \(code)", message: message)
        return switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            LoupeError(.unavailable, "the store is busy; try again", retryAfter: .seconds(1), underlying: cause)
        case SQLITE_FULL: LoupeError(.unavailable, "the store's disk is full", underlying: cause)
        case SQLITE_TOOBIG: LoupeError(.payloadTooLarge, "a value is too large to be stored", underlying: cause)
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_NOTADB, SQLITE_CORRUPT,
            SQLITE_NOMEM, SQLITE_PROTOCOL, SQLITE_MISUSE:
            LoupeError(.unavailable, "the store cannot be read or written", underlying: cause)
        default: LoupeError(.internalError, "the store failed", underlying: cause)
        }
    }
}
