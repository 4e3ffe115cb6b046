import CPQ

/// A statement of a pipeline.
package struct PostgresStatement: Sendable, Hashable {
    package enum Format: Int32, Sendable {
        case text = 0
        case binary = 1
    }

    package var sql: String
    package var values: [PostgresValue]
    package var format: Format

    package init(_ sql: String, _ values: [PostgresValue] = [], format: Format = .binary) {
        self.sql = sql
        self.values = values
        self.format = format
    }
}

extension PostgresSession {
    /// Runs statements and then learns the columns that `sql` would give, all in one round trip and without running it.
    ///
    /// Of `values` only the types count. Throws as `pipeline` does.
    package func describe(
        _ sql: String,
        _ values: [PostgresValue],
        after preceding: [PostgresStatement] = []
    ) throws -> [PostgresColumn] {
        guard !sql.utf8.contains(0) else { throw PostgresError.textWithNUL }
        let types = try PostgresParameters(values).types
        let results = try pipeline(preceding, trailing: 2) { connection in
            PQsendPrepare(connection, "", sql, Int32(types.count), types) == 1
                && PQsendDescribePrepared(connection, "") == 1
        }
        guard let description = results.last else { return [] }
        return (0..<description.columnCount).map { index in
            PostgresColumn(
                name: description.columnName(index),
                type: description.columnType(index),
                modifier: description.columnModifier(index)
            )
        }
    }

    /// Sends all statements before reading the first answer: one round trip for all of them.
    ///
    /// Outside a transaction they are one transaction of their own. At the first that fails the rest is skipped, a
    /// transaction that they began is rolled back, and its `PostgresError` is thrown.
    package func pipeline(_ list: [PostgresStatement]) throws -> [PostgresResult] {
        guard !list.isEmpty else { return [] }
        return try pipeline(list, trailing: 0) { _ in true }
    }

    private func pipeline(
        _ list: [PostgresStatement],
        trailing count: Int,
        send: (OpaquePointer) -> Bool
    ) throws -> [PostgresResult] {
        let parameters = try list.map { statement in
            guard !statement.sql.utf8.contains(0) else { throw PostgresError.textWithNUL }
            return try PostgresParameters(statement.values)
        }
        let wasIdle = transactionStatus == .idle
        let connection = try connection
        beginStatement()
        guard PQenterPipelineMode(connection) == 1 else { throw sendFailure() }
        for (statement, parameters) in zip(list, parameters) {
            guard sendInPipeline(connection, statement, parameters) else { throw lost() }
        }
        guard send(connection), PQpipelineSync(connection) == 1 else { throw lost() }
        do {
            let results = try (0..<list.count + count).map { _ in try collect() }
            try endPipeline(connection)
            return results
        } catch {
            guard self.transactionStatus != .busy || !link.isBroken else { throw error }
            try endPipeline(connection)
            if wasIdle, transactionStatus != .idle { _ = try executeText("ROLLBACK") }
            throw error
        }
    }

    private func sendInPipeline(
        _ connection: OpaquePointer,
        _ statement: PostgresStatement,
        _ parameters: PostgresParameters
    ) -> Bool {
        let key = StatementCache.Key(sql: statement.sql, types: parameters.types)
        let name = statements.name(of: key)
        return parameters.withPointers { values, lengths, formats in
            let count = Int32(parameters.count)
            let format = statement.format.rawValue
            if let name {
                return PQsendQueryPrepared(connection, name, count, values, lengths, formats, format) == 1
            }
            return PQsendQueryParams(
                connection,
                statement.sql,
                count,
                parameters.types,
                values,
                lengths,
                formats,
                format
            ) == 1
        }
    }

    /// Reads up to the synchronisation point, past the answers of skipped statements.
    private func endPipeline(_ connection: OpaquePointer) throws {
        while true {
            try awaitResult()
            guard let result = PQgetResult(connection) else { continue }
            let status = PQresultStatus(result)
            PQclear(result)
            if status == PGRES_PIPELINE_SYNC { break }
        }
        guard PQexitPipelineMode(connection) == 1 else { throw lost() }
    }
}
