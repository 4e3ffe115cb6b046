import Foundation
import GRDB
import LoupeCore
import LoupeServices
import Testing

/// The queries that come with the sample data, on the file that scripts/sample-data makes.
@Suite("Sample queries")
struct SampleQueryTests {
    @Test(arguments: SampleQuery.all)
    func `a query runs as delivered and brings rows`(query: SampleQuery) throws {
        let resolver = ParameterResolver(
            definitions: query.parameters,
            now: Timestamp(milliseconds: 1_800_000_000_000),
            zone: try #require(TimeZone(identifier: "America/New_York"))
        )
        let bound = try resolver.resolve([:], names: names(in: query.sql))
        let (sql, arguments) = try statement(query.sql, bound)
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: Self.file, configuration: configuration)
        let clock = ContinuousClock()
        let start = clock.now
        let rows = try database.read { try Row.fetchAll($0, sql: sql, arguments: arguments) }
        #expect(!rows.isEmpty)
        #expect(rows.count <= QueryLimits().maxRows)
        #expect(clock.now - start < .seconds(20), "a quick query even on a busy machine")
        let names = Array(try #require(rows.first).columnNames)
        #expect(Set(names).count == names.count)
    }

    @Test func `there are a dozen, three with parameters, each of its own name`() {
        #expect(SampleQuery.all.count >= 12)
        #expect(SampleQuery.all.count { !$0.parameters.isEmpty } >= 3)
        #expect(Set(SampleQuery.all.map(\.name)).count == SampleQuery.all.count)
        #expect(Set(SampleQuery.all.flatMap(\.parameters).map(\.type)).isSuperset(of: [.string, .number, .date]))
    }

    @Test(arguments: SampleQuery.all)
    func `a query declares just the parameters it uses, with labels and defaults`(query: SampleQuery) {
        #expect(Set(query.parameters.map(\.name)) == Set(names(in: query.sql)))
        for parameter in query.parameters {
            #expect(parameter.label != nil && parameter.defaultValue != nil)
            #expect(ParameterDefinition.isName(parameter.name))
        }
        #expect(!query.description.isEmpty && query.description.count <= 2000)
        #expect((1...50).contains(query.tags.count) && query.tags.allSatisfy { $0.count <= 50 })
    }

    @Test func `the file holds every flight, and its keys hold`() throws {
        let database = try DatabaseQueue(path: Self.file)
        func number(_ sql: String) throws -> Int? {
            try database.read { try Int.fetchOne($0, sql: sql) }
        }
        for (table, count) in [
            ("flights", 336_776), ("airlines", 16), ("airports", 1458), ("planes", 3322), ("weather", 26_115),
            ("pragma_foreign_key_check", 0),
        ] {
            #expect(try number("SELECT count(*) FROM \(table)") == count)
        }
        let mistyped = "SELECT count(*) FROM flights WHERE typeof(dep_delay) NOT IN ('integer', 'null')"
        #expect(try number(mistyped) == 0)
        #expect(try number("SELECT count(*) FROM flights WHERE dep_time IS NULL") == 8255)
    }

    /// Made by scripts/sample-data, which scripts/test runs before the tests.
    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".cache/sample/new-york-flights.db").path

    private func names(in sql: String) -> [String] {
        sql.matches(of: /:([a-z_]+)/).map { String($0.1) }
    }

    /// SQLite binds `:name` by itself; a list becomes one placeholder an element.
    private func statement(_ sql: String, _ bound: [BoundParameter]) throws -> (String, StatementArguments) {
        var sql = sql
        var arguments: [String: (any DatabaseValueConvertible)?] = [:]
        for parameter in bound {
            if case .list(let elements) = parameter.value {
                let marks = elements.indices.map { ":\(parameter.name)_\($0)" }.joined(separator: ", ")
                sql = sql.replacing("(:\(parameter.name))", with: "(\(marks))")
                for (index, element) in elements.enumerated() {
                    arguments["\(parameter.name)_\(index)"] = try plain(element)
                }
            } else {
                arguments[parameter.name] = try plain(parameter.value)
            }
        }
        return (sql, StatementArguments(arguments))
    }

    private func plain(_ value: ParameterValue) throws -> any DatabaseValueConvertible {
        switch value {
        case .string(let text), .date(let text): text
        case .number(let text): try #require(Int(text))
        default: try #require(nil as Int?, "no sample query has such a value: \(value)")
        }
    }
}
