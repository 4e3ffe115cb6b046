import CPQ

extension PostgresSession {
    /// Runs one statement with bound values; the result is binary. Statements are prepared once a connection.
    ///
    /// Throws `PostgresError`. A prepared statement that the server outdated or forgot is prepared anew and run again,
    /// except in a transaction, which has failed by then.
    package func execute(_ sql: String, _ values: [PostgresValue] = []) throws -> PostgresResult {
        let parameters = try PostgresParameters(values)
        guard statements.isEnabled else { return try send(sql, parameters, format: 1) }
        let key = StatementCache.Key(sql: sql, types: parameters.types)
        let wasPrepared = statements.name(of: key) != nil
        do {
            return try executePrepared(key, parameters)
        } catch var error as PostgresError where wasPrepared && Self.isStale(error) {
            forget(key)
            guard transactionStatus == .idle else {
                error.isStatementStale = true
                throw error
            }
            return try executePrepared(key, parameters)
        }
    }

    /// Runs one statement without preparing it; the result is text, as the session's settings shape it.
    package func executeText(_ sql: String, _ values: [PostgresValue] = []) throws -> PostgresResult {
        try send(sql, try PostgresParameters(values), format: 0)
    }

    /// Forgets everything that the session holds on the server.
    package func discardAll() throws {
        statements.removeAll()
        _ = try executeText("DISCARD ALL")
    }

    /// How many statements the connection holds prepared.
    package var preparedStatementCount: Int { statements.count }

    /// 0A000: a cached plan must not change its result type; 26000: there is no such prepared statement.
    private static func isStale(_ error: PostgresError) -> Bool {
        error.sqlState == "0A000" || error.sqlState == "26000"
    }

    private func forget(_ key: StatementCache.Key) {
        guard let name = statements.remove(key), transactionStatus == .idle else { return }
        // It may be gone already; then there is nothing to free.
        _ = try? executeText("DEALLOCATE \(name)")
    }

    private func executePrepared(_ key: StatementCache.Key, _ parameters: PostgresParameters) throws -> PostgresResult {
        let name = try preparedName(key)
        let connection = try connection
        beginStatement()
        let isSent = parameters.withPointers { values, lengths, formats in
            PQsendQueryPrepared(connection, name, Int32(parameters.count), values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw sendFailure() }
        return try collect()
    }

    private func preparedName(_ key: StatementCache.Key) throws -> String {
        if let name = statements.name(of: key) { return name }
        let name = statements.newName()
        guard !key.sql.utf8.contains(0) else { throw PostgresError.textWithNUL }
        beginStatement()
        guard PQsendPrepare(try connection, name, key.sql, Int32(key.types.count), key.types) == 1 else {
            throw sendFailure()
        }
        _ = try collect()
        if let evicted = statements.insert(key, name: name) { _ = try executeText("DEALLOCATE \(evicted)") }
        return name
    }

    private func send(_ sql: String, _ parameters: PostgresParameters, format: Int32) throws -> PostgresResult {
        guard !sql.utf8.contains(0) else { throw PostgresError.textWithNUL }
        let connection = try connection
        beginStatement()
        let isSent = parameters.withPointers { values, lengths, formats in
            PQsendQueryParams(
                connection,
                sql,
                Int32(parameters.count),
                parameters.types,
                values,
                lengths,
                formats,
                format
            )
        }
        guard isSent == 1 else { throw sendFailure() }
        return try collect()
    }

    /// The connection is gone, or the code asked for two things at once.
    func sendFailure() -> PostgresError {
        precondition(stream == nil, "a statement was sent while rows are being streamed")
        return lost()
    }

    /// Reads one statement's answer to its end.
    func collect() throws -> PostgresResult {
        let connection = try connection
        var answer: PostgresResult?
        var failure: PostgresError?
        while true {
            try awaitResult()
            guard let result = PQgetResult(connection) else { break }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: answer = PostgresResult(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                close()
                throw PostgresError(sqlState: "0A000", message: "COPY is not for this client", isConnectionLost: true)
            default:
                failure = failure ?? error(result)
                PQclear(result)
            }
        }
        endStatement()
        if let failure { throw failure }
        guard let answer else { throw lost() }
        return answer
    }
}
