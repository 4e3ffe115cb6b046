import Foundation
import GRDBSQLite
import LoupeCore

/// One open file and at most one statement under way. SQLite blocks, so the actor has a thread of its own.
actor SQLiteConnection {
    nonisolated private let executor = BlockingExecutor(label: "loupe.sqlite")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: SQLiteConnector.Configuration
    private var file: SQLiteFile?
    private var handle: SQLiteHandle?
    private var reader: SQLiteReader?
    private var control: RunControl?
    private var sql: PlaceholderSQL?

    init(_ configuration: SQLiteConnector.Configuration) {
        self.configuration = configuration
    }

    /// Checks the file's path each time: what lay there yesterday may be another file today. Throws
    /// `SQLiteFile.Refusal` or `SQLiteFailure`.
    func open() throws {
        let found = try SQLiteFile.resolve(
            configuration.path,
            inside: configuration.directories,
            refusing: configuration.refusedFiles
        )
        guard handle == nil || file != found else { return }
        handle = nil
        handle = try SQLiteHandle(found)
        file = found
    }

    /// Starts a statement and reads its first rows. Throws `QueryFailure` or `CancellationError`.
    func begin(_ sql: PlaceholderSQL, _ statement: Statement, control: RunControl) throws -> [ResultColumn] {
        do {
            try open()
        } catch let refusal as SQLiteFile.Refusal {
            throw QueryFailure(code: "SQLITE_CANTOPEN", message: refusal.rawValue)
        } catch let failure as SQLiteFailure {
            throw QueryFailure(code: "SQLITE_CANTOPEN", message: failure.phrase)
        }
        guard let handle else { throw QueryFailure(code: "SQLITE_CANTOPEN", message: "The file cannot be opened") }
        self.control = control
        self.sql = sql
        handle.obey(control)
        return try translated {
            let cursor = try SQLiteCursor(sql, on: handle)
            // Settings hold only zones that were found when they were saved; one that vanished since is UTC.
            let zone = TimeZone(identifier: statement.timeZone) ?? .gmt
            try cursor.bind(statement.parameters, of: sql, zone: zone)
            let reader = try SQLiteReader(cursor, limits: statement.limits)
            self.reader = reader
            return reader.columns
        }
    }

    /// The next rows of the statement under way.
    func next(target: Int) throws -> RowBatch {
        try translated {
            if let stop = control?.stop { throw SQLiteConnection.error(for: stop) }
            guard let reader else { preconditionFailure("a stream is read within its run only") }
            return try reader.next(target: target)
        }
    }

    /// Ends the statement, wherever it stands.
    func finish() {
        reader = nil
        handle?.obey(nil)
        control = nil
        sql = nil
    }

    func close() {
        finish()
        handle = nil
        file = nil
    }

    /// Whether the file can be read as a database. Throws as `open` does.
    func probe(_ control: RunControl) throws {
        try open()
        guard let handle else { return }
        handle.obey(control)
        defer { handle.obey(nil) }
        try handle.check(sqlite3_exec(handle.database, "SELECT count(*) FROM sqlite_schema", nil, nil, nil))
    }

    private func translated<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
        do {
            return try body()
        } catch let failure as SQLiteFailure {
            if let stop = control?.stop, failure.primary == SQLITE_INTERRUPT || failure.primary == SQLITE_BUSY {
                throw SQLiteConnection.error(for: stop)
            }
            throw failure.failure(in: sql)
        } catch let failure as QueryFailure {
            if let stop = control?.stop, failure.code == "SQLITE_INTERRUPT" || failure.code == "SQLITE_BUSY" {
                throw SQLiteConnection.error(for: stop)
            }
            throw failure
        }
    }

    private static func error(for stop: RunControl.Stop) -> any Error {
        switch stop {
        case .cancelled: CancellationError()
        case .deadline: QueryFailure(code: "timeout", message: "The query took longer than it may")
        case .memory: QueryFailure(code: "SQLITE_NOMEM", message: "The query needs more memory than it may take")
        case .closed:
            QueryFailure(code: "connection_lost", message: "The datasource was closed", recovery: .mayPass)
        }
    }
}
