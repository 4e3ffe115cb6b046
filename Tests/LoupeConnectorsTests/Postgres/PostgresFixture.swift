import Logging
import LoupeConnectors
import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

/// A connector to a database of the test's own, and short forms to run statements.
enum PostgresFixture {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let sqlGuard = PostgresGuard()

    static func connector(
        _ url: String,
        maxConcurrency: Int = 4,
        hosts: HostPolicy = HostPolicy(allowsPrivate: true),
        refused: [PostgresIdentity] = [],
        allowsUnparsed: Bool = false
    ) throws -> PostgresConnector {
        guard case .postgres(let target) = try DatasourceConnection(string: url) else { throw TestPostgres.Missing() }
        return PostgresConnector(
            .init(
                target: target,
                hosts: hosts,
                maxConcurrency: maxConcurrency,
                refused: refused,
                allowsUnparsed: allowsUnparsed
            ),
            guard: sqlGuard,
            logger: logger
        )
    }

    /// Where no table is needed.
    static func onCluster<Value: Sendable>(_ body: (PostgresConnector) async throws -> Value) async throws -> Value {
        let connector = try connector(try TestPostgres.clusterURL())
        let value = try await body(connector)
        await connector.close()
        return value
    }

    static func withConnector<Value: Sendable>(
        setUp sql: String? = nil,
        _ body: (PostgresConnector, String) async throws -> Value
    ) async throws -> Value {
        try await TestPostgres.withDatabase { url in
            if let sql { try await TestPostgres.psql(url, sql) }
            let connector = try connector(url)
            let value = try await body(connector, url)
            await connector.close()
            return value
        }
    }
}

/// A whole result.
struct CollectedResult: Sendable {
    var columns: [ResultColumn]
    /// JSON arrays.
    var lines: [String]
    var truncation: Truncation?
    var kinds: [ValueKind] { columns.map(\.kind) }
}

extension PostgresConnector {
    func collect(
        _ sql: String,
        _ parameters: [BoundParameter] = [],
        timeZone: String = "UTC",
        timeout: Duration = .seconds(30),
        limits: RowLimits = RowLimits(),
        target: Int = 65_536
    ) async throws -> CollectedResult {
        let statement = Statement(
            sql: sql,
            parameters: parameters,
            timeZone: timeZone,
            timeout: timeout,
            limits: limits
        )
        return try await run(statement) { stream in
            var result = CollectedResult(columns: stream.columns, lines: [])
            while true {
                var batch = try await stream.next(target: target)
                let text = String(decoding: batch.block.take().bytes, as: UTF8.self)
                result.lines += text.split(separator: "\n").map(String.init)
                guard case .end(let truncation) = batch.continuation else { continue }
                result.truncation = truncation
                return result
            }
        }
    }

    /// The first row, or the failure's code.
    func row(_ sql: String, _ parameters: [BoundParameter] = [], timeZone: String = "UTC") async throws -> String {
        do {
            return try await collect(sql, parameters, timeZone: timeZone).lines.first ?? "no row"
        } catch let failure as QueryFailure {
            return failure.code
        }
    }

    func failure(_ sql: String, _ parameters: [BoundParameter] = []) async throws -> QueryFailure? {
        do {
            _ = try await collect(sql, parameters)
            return nil
        } catch let failure as QueryFailure {
            return failure
        }
    }
}

extension BoundParameter {
    static func text(_ name: String, _ value: String?) -> BoundParameter {
        BoundParameter(name: name, type: .string, value: value.map(ParameterValue.string) ?? .null)
    }

    static func number(_ name: String, _ value: String?) -> BoundParameter {
        BoundParameter(name: name, type: .number, value: value.map(ParameterValue.number) ?? .null)
    }

    static func list(_ name: String, _ type: ParameterType, _ values: [ParameterValue]) -> BoundParameter {
        BoundParameter(name: name, type: type, isMultiple: true, value: .list(values))
    }
}
