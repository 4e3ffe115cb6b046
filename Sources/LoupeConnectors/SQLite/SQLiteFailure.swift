import GRDBSQLite
import LoupeCore

/// A result code with SQLite's words, before its place is known.
struct SQLiteFailure: Error {
    /// Extended.
    let code: Int32
    let message: String
    /// A byte of the statement's text; nil where SQLite names none.
    var offset: Int?

    var primary: Int32 { code & 0xFF }

    /// As a person who may run the query sees it.
    func failure(in sql: PlaceholderSQL?) -> QueryFailure {
        let place = offset.flatMap { offset in sql?.position(ofByte: offset) }
        return QueryFailure(
            code: SQLiteFailure.names[primary] ?? "SQLITE_ERROR",
            message: message,
            position: place?.position,
            line: place?.line,
            column: place?.column,
            recovery: [SQLITE_BUSY, SQLITE_LOCKED].contains(primary) ? .mayPass : .final
        )
    }

    /// One of the closed set of phrases of a connection test.
    var phrase: String {
        switch primary {
        case SQLITE_NOTADB: "The file is not a SQLite database, or it is encrypted"
        case SQLITE_CORRUPT: "The database file is damaged"
        case SQLITE_BUSY, SQLITE_LOCKED: "The database is locked by another program"
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN: "The file cannot be read"
        default: "The file cannot be opened"
        }
    }

    private static let names: [Int32: String] = [
        SQLITE_ERROR: "SQLITE_ERROR", SQLITE_INTERNAL: "SQLITE_INTERNAL", SQLITE_PERM: "SQLITE_PERM",
        SQLITE_ABORT: "SQLITE_ABORT", SQLITE_BUSY: "SQLITE_BUSY", SQLITE_LOCKED: "SQLITE_LOCKED",
        SQLITE_NOMEM: "SQLITE_NOMEM", SQLITE_READONLY: "SQLITE_READONLY", SQLITE_INTERRUPT: "SQLITE_INTERRUPT",
        SQLITE_IOERR: "SQLITE_IOERR", SQLITE_CORRUPT: "SQLITE_CORRUPT", SQLITE_FULL: "SQLITE_FULL",
        SQLITE_CANTOPEN: "SQLITE_CANTOPEN", SQLITE_PROTOCOL: "SQLITE_PROTOCOL", SQLITE_SCHEMA: "SQLITE_SCHEMA",
        SQLITE_TOOBIG: "SQLITE_TOOBIG", SQLITE_CONSTRAINT: "SQLITE_CONSTRAINT", SQLITE_MISMATCH: "SQLITE_MISMATCH",
        SQLITE_MISUSE: "SQLITE_MISUSE", SQLITE_AUTH: "SQLITE_AUTH", SQLITE_RANGE: "SQLITE_RANGE",
        SQLITE_NOTADB: "SQLITE_NOTADB",
    ]
}
