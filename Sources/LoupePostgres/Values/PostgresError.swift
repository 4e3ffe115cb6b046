import CPQ

/// What the server said about a statement, or that the connection is gone.
///
/// Decide by `sqlState`, never by `message`: that comes in the server's language.
package struct PostgresError: Error, Sendable, Hashable {
    /// Five characters of the SQL standard and PostgreSQL's own; `08006` where the connection was lost.
    package var sqlState: String
    package var message: String
    package var detail: String?
    package var hint: String?
    /// In code points of the statement as it was sent, from 1.
    package var position: Int?
    /// `ERROR`, `FATAL`, `PANIC`.
    package var severity: String
    /// Of a broken constraint.
    package var constraint: String?
    /// The connection cannot be used any more.
    package var isConnectionLost: Bool
    /// The session's deadline had passed: what came back is the answer to its cancel.
    package var isDeadlinePassed: Bool
    /// The server forgot or outdated a prepared statement. It is prepared anew when the transaction is run again.
    package var isStatementStale: Bool

    package init(
        sqlState: String,
        message: String,
        severity: String = "ERROR",
        isConnectionLost: Bool = false
    ) {
        self.sqlState = sqlState
        self.message = message
        self.severity = severity
        self.isConnectionLost = isConnectionLost
        isDeadlinePassed = false
        isStatementStale = false
    }

    /// Whether the same transaction may well succeed when run again at once.
    package var isRetryable: Bool {
        sqlState == "40001" || sqlState == "40P01" || isStatementStale
    }

    static let textWithNUL = PostgresError(sqlState: "22021", message: "a text holds a NUL")
    static let connectionLost = PostgresError(
        sqlState: "08006",
        message: "the connection to the database was lost",
        severity: "FATAL",
        isConnectionLost: true
    )
    static let connectionClosed = PostgresError(
        sqlState: "08003",
        message: "the connection is closed",
        severity: "FATAL",
        isConnectionLost: true
    )
}

extension PostgresError: CustomStringConvertible {
    /// For the log: without `detail`, which holds values.
    package var description: String { "\(sqlState): \(message)" }
}

extension PostgresError {
    /// Of a failed `PGresult`. Without a SQLSTATE it is libpq's own, which means that the connection broke.
    init(result: OpaquePointer, isConnectionBad: Bool) {
        func field(_ name: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(name.value)).map { String(cString: $0) }
        }
        guard let state = field("C") else {
            self =
                isConnectionBad
                ? .connectionLost : PostgresError(sqlState: "XX000", message: "no answer to a statement")
            return
        }
        self.init(sqlState: state, message: field("M") ?? "", severity: field("V") ?? "ERROR")
        detail = field("D")
        hint = field("H")
        position = field("P").flatMap { Int($0) }
        constraint = field("n")
        // 57P01…57P05: the server ends the session; 25P03: it stayed idle in a transaction.
        isConnectionLost =
            isConnectionBad || state.hasPrefix("08") || severity == "FATAL" || severity == "PANIC"
            || (state.hasPrefix("57P") && state != "57P03") || state == "25P03"
    }
}
