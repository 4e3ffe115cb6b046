/// What a store's driver said, for the log: its text may name files, hosts and SQL.
package struct StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// SQLSTATE, SQLite's extended result code, or `errno`.
    package let code: String
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code): \(message)" }
}
