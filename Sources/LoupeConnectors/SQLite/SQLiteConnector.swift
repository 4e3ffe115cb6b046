import LoupeCore

/// Reads a SQLite file that a person may only look at: opened read-only, everything else shut (`SQLiteHandle`).
package struct SQLiteConnector: Connector {
    package struct Configuration: Hashable, Sendable {
        /// Absolute.
        package var path: String
        /// `SQLITE_DIRECTORIES`
        package var directories: [String]
        /// Loupe's own files, by whatever path.
        package var refusedFiles: [String]
        /// Statements at once, at least 1.
        package var maxConcurrency: Int

        /// A statement ends once all of SQLite in this process takes more.
        package var memoryLimitBytes: Int64

        package init(
            path: String,
            directories: [String],
            refusedFiles: [String] = [],
            maxConcurrency: Int = 4,
            memoryLimitBytes: Int64 = 512 << 20
        ) {
            self.path = path
            self.directories = directories
            self.refusedFiles = refusedFiles
            self.maxConcurrency = max(1, maxConcurrency)
            self.memoryLimitBytes = memoryLimitBytes
        }
    }

    private let configuration: Configuration
    private let pool: SQLitePool

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        pool = SQLitePool(configuration)
    }

    package func run<Outcome: Sendable>(
        _ statement: Statement,
        body: @Sendable (any RowStream) async throws -> Outcome
    ) async throws -> Outcome {
        let sql = try SQLiteConnector.placeholders(of: statement)
        guard let connection = await pool.acquire() else {
            try Task.checkCancellation()
            throw QueryFailure(code: "connection_lost", message: "The datasource was closed", recovery: .mayPass)
        }
        let control = RunControl(deadline: .now + statement.timeout, memoryLimit: configuration.memoryLimitBytes)
        pool.register(control)
        let outcome: Result<Outcome, any Error>
        do {
            let value = try await withTaskCancellationHandler {
                let columns = try await connection.begin(sql, statement, control: control)
                return try await body(SQLiteRowStream(columns: columns, connection: connection))
            } onCancel: {
                control.stop(.cancelled)
            }
            outcome = .success(value)
        } catch {
            outcome = .failure(error)
        }
        await connection.finish()
        pool.unregister(control)
        pool.release(connection)
        return try outcome.get()
    }

    package func close() async {
        await pool.close()
    }

    package func test() async -> ConnectionTest {
        let start = ContinuousClock.now
        let control = RunControl(deadline: start + .seconds(10), memoryLimit: configuration.memoryLimitBytes)
        let connection = SQLiteConnection(configuration)
        let message: String?
        do {
            try await withTaskCancellationHandler {
                try await connection.probe(control)
            } onCancel: {
                control.stop(.cancelled)
            }
            message = nil
        } catch let refusal as SQLiteFile.Refusal {
            message = refusal.rawValue
        } catch {
            message = (error as? SQLiteFailure)?.phrase ?? "The file cannot be opened"
        }
        await connection.close()
        let latency = ContinuousClock.now - start
        return ConnectionTest(success: message == nil, message: message ?? "Connected", latency: latency)
    }

    /// What a statement of SQLite means to the lexer, without asking a file: for what must be said before a run.
    package static func problems(in text: String) -> [SQLProblem] {
        text.utf8.count <= ParsedSQL.maximumBytes ? ParsedSQL(text, flavour: .sqlite).problems : ParsedSQL.tooLong
    }

    private static func placeholders(of statement: Statement) throws -> PlaceholderSQL {
        if let problem = problems(in: statement.sql).first { throw problem.failure }
        var counts: [String: Int] = [:]
        for parameter in statement.parameters {
            if case .list(let values) = parameter.value {
                counts[parameter.name] = values.count
            } else if parameter.isMultiple {
                counts[parameter.name] = SQLiteCursor.elements(of: parameter.value).count
            }
        }
        return ParsedSQL(statement.sql, flavour: .sqlite).placeholders(expanding: counts)
    }
}

/// Rows of the run under way on a connection.
private struct SQLiteRowStream: RowStream {
    let columns: [ResultColumn]
    let connection: SQLiteConnection

    func next(target: Int) async throws -> RowBatch {
        try await connection.next(target: target)
    }
}
