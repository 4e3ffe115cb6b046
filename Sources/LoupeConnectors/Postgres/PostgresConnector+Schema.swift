import LoupeCore
import LoupePostgres

extension PostgresConnector {
    private static let schemaLimit = Duration.seconds(30)

    package func introspect() async throws -> [TableSchema] {
        let deadline = ContinuousClock.now + Self.schemaLimit
        return try await lend(within: Self.schemaLimit) { connection in
            do {
                return try await connection.run { session in
                    session.deadline = deadline
                    let answers = try session.pipeline([
                        .init("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), .init(PostgresCatalog.relations),
                        .init(PostgresCatalog.columns), .init(PostgresCatalog.keys),
                    ])
                    var catalog = PostgresCatalog()
                    try catalog.read(relations: answers[1])
                    try catalog.read(columns: answers[2])
                    try catalog.read(keys: answers[3])
                    return catalog.tables
                }
            } catch let error as PostgresError {
                try Task.checkCancellation()
                throw QueryFailure(error, in: nil, deadline: deadline)
            }
        }
    }
}
