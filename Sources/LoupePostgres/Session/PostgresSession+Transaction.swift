extension PostgresSession {
    package enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Throws what `body` throws, or `PostgresError`; 25P02 where a statement had failed and `body` hid that.
    package func transaction<Value>(
        isolation: Isolation = .readCommitted,
        readOnly: Bool = false,
        _ body: (PostgresSession) throws -> Value
    ) throws -> Value {
        _ = try execute("BEGIN ISOLATION LEVEL \(isolation.rawValue) \(readOnly ? "READ ONLY" : "READ WRITE")")
        let value: Value
        do {
            value = try body(self)
        } catch {
            rollback()
            throw error
        }
        let tag = try execute("COMMIT").commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(sqlState: "25P02", message: "the transaction had failed and was rolled back")
        }
        return value
    }

    /// Where that fails the connection is lost, and the transaction with it.
    private func rollback() {
        guard transactionStatus != .idle else { return }
        let passed = deadline
        deadline = .now + Self.cancelGrace
        defer { deadline = passed }
        do {
            _ = try execute("ROLLBACK")
        } catch {
            close()
        }
    }
}
