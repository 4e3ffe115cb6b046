/// A store whose schema can be changed.
package protocol MigratableDatabase: Database {
    /// Runs `body` while no other migrator of this store does: in a transaction of its own, or, where
    /// `transactionally` is false, with each statement for itself.
    func migrate<Value: Sendable>(
        transactionally: Bool,
        _ body: @Sendable (any MigrationTransaction) throws -> Value
    ) async throws -> Value
}

package protocol MigrationTransaction: Transaction {
    /// Runs every statement of a script, which binds no values.
    func run(script: String) throws
}
