import Foundation
import GRDBSQLite
import LoupeCore

@testable import LoupeConnectors

/// A directory of its own with a SQLite file made by a script; gone when the test lets go of it.
final class SQLiteFixture: Sendable {
    let directory: String
    var path: String { directory + "/data.db" }

    init(_ script: String = "") throws {
        directory = NSTemporaryDirectory() + "loupe-sqlite-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try write(script)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)  // the system empties its temporary directory anyway
    }

    /// Runs SQL as the file's owner would.
    func write(_ script: String) throws {
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        guard sqlite3_open(path, &database) == SQLITE_OK,
            sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK
        else { throw LoupeError(.internalError, database.map { String(cString: sqlite3_errmsg($0)) } ?? "not opened") }
    }

    func connector(
        maxConcurrency: Int = 4,
        refusedFiles: [String] = [],
        memoryLimitBytes: Int64 = 1 << 30
    ) -> FixtureConnector {
        FixtureConnector(
            fixture: self,
            connector: SQLiteConnector(
                SQLiteConnector.Configuration(
                    path: path,
                    directories: [directory],
                    refusedFiles: refusedFiles,
                    maxConcurrency: maxConcurrency,
                    memoryLimitBytes: memoryLimitBytes
                )
            )
        )
    }
}

/// Keeps the file for as long as it is read.
struct FixtureConnector: Connector {
    let fixture: SQLiteFixture
    let connector: SQLiteConnector

    func test() async -> ConnectionTest { await connector.test() }
    func introspect() async throws -> [TableSchema] { try await connector.introspect() }
    func close() async { await connector.close() }

    func run<Outcome: Sendable>(
        _ statement: Statement,
        body: @Sendable (any RowStream) async throws -> Outcome
    ) async throws -> Outcome {
        try await connector.run(statement, body: body)
    }
}

/// A whole result as a test compares it.
struct ReadResult: Sendable {
    var columns: [ResultColumn]
    /// A line a row.
    var rows: [String]
    var truncation: Truncation?
}

extension Connector {
    func read(_ statement: Statement, target: Int = 1 << 16) async throws -> ReadResult {
        try await run(statement) { stream in
            var bytes: [UInt8] = []
            while true {
                let batch = try await stream.next(target: target)
                bytes += batch.block.bytes
                guard case .end(let truncation) = batch.continuation else { continue }
                let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                return ReadResult(columns: stream.columns, rows: rows, truncation: truncation)
            }
        }
    }

    func rows(_ sql: String, _ parameters: [BoundParameter] = []) async throws -> [String] {
        try await read(Statement(sql: sql, parameters: parameters)).rows
    }

    /// Why a statement does not run; nil where it does.
    func failure(_ sql: String) async throws -> QueryFailure? {
        do {
            _ = try await rows(sql)
            return nil
        } catch let failure as QueryFailure {
            return failure
        }
    }
}
