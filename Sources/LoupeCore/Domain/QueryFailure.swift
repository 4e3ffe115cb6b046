/// Why a database refused or gave up a statement. Shown to the person who may run that query.
package struct QueryFailure: Error, Hashable, Sendable {
    /// SQLSTATE, `SQLITE_…`, or one of ours: `rejected`, `timeout`, `connection_lost` …
    package var code: String
    package var message: String
    package var detail: String?
    package var hint: String?
    /// In code points of the SQL as the person wrote it, from 1.
    package var position: Int?
    package var line: Int?
    package var column: Int?
    package var recovery: Recovery

    /// Whether the same statement may succeed later without anybody changing anything.
    package enum Recovery: String, Sendable {
        /// Connection lost, server restart, deadlock, serialization failure.
        case mayPass
        case final
    }

    package init(
        code: String,
        message: String,
        detail: String? = nil,
        hint: String? = nil,
        position: Int? = nil,
        line: Int? = nil,
        column: Int? = nil,
        recovery: Recovery = .final
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
        self.line = line
        self.column = column
        self.recovery = recovery
    }
}
