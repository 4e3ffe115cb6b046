import GRDB

extension SQLiteDatabase: MigratableDatabase {
    /// SQLite's one writer is the lock.
    package func migrate<Value: Sendable>(
        transactionally: Bool,
        _ body: @Sendable (any MigrationTransaction) throws -> Value
    ) async throws -> Value {
        try await onWriter(inTransaction: transactionally) { try body(SQLiteMigrationTransaction($0)) }
    }
}

struct SQLiteMigrationTransaction: MigrationTransaction {
    private let database: GRDB.Database
    private let statements: SQLiteTransaction

    init(_ database: GRDB.Database) {
        self.database = database
        statements = SQLiteTransaction(database)
    }

    var dialect: Dialect { statements.dialect }

    func forEach(_ sql: SQL, _ body: (any Row) throws -> Void) throws {
        try statements.forEach(sql, body)
    }

    func execute(_ sql: SQL) throws -> Int {
        try statements.execute(sql)
    }

    func run(script: String) throws {
        try database.execute(sql: script)
    }
}
