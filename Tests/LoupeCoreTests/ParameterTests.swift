import Foundation
import LoupeCore
import Testing

@Suite("Parameters")
struct ParameterTests {
    /// 2026-03-29T10:30:00Z, a Sunday, the day on which Berlin's clocks go forward.
    private static let now = Timestamp(rfc3339: "2026-03-29T10:30:00Z") ?? Timestamp(milliseconds: 0)
    private static let berlin = TimeZone(identifier: "Europe/Berlin") ?? .gmt

    private func resolve(
        _ definitions: [ParameterDefinition],
        _ values: [String: JSONValue],
        names: [String]? = nil
    ) throws -> [ParameterValue] {
        try ParameterResolver(definitions: definitions, now: ParameterTests.now, zone: ParameterTests.berlin)
            .resolve(values, names: names ?? definitions.map(\.name)).map(\.value)
    }

    @Test("take a value of their type, or their default, or NULL")
    func values() throws {
        let definitions = [
            ParameterDefinition(name: "s", type: .string, defaultValue: "x"),
            ParameterDefinition(name: "n", type: .number),
            ParameterDefinition(name: "b", type: .boolean),
            ParameterDefinition(name: "d", type: .date),
            ParameterDefinition(name: "t", type: .datetime),
        ]
        #expect(try resolve(definitions, [:]) == [.string("x"), .null, .null, .null, .null])
        #expect(
            try resolve(
                definitions,
                ["s": "a'b", "n": .number("9007199254740993"), "b": "true", "d": "2024-02-29", "t": ""]
            )
                == [.string("a'b"), .number("9007199254740993"), .boolean(true), .date("2024-02-29"), .null]
        )
    }

    @Test(
        "of the wrong type are refused by name",
        arguments: [
            (ParameterType.number, JSONValue.string("ten")), (.number, true), (.boolean, "yes"), (.date, "2023-02-29"),
            (.date, "soon"), (.datetime, "2026-01-01T25:00:00Z"), (.string, .array(["a"])),
            (.string, .object(["a": 1])),
            (.string, .string("a\u{0}b")),
        ]
    )
    func wrongType(_ type: ParameterType, _ value: JSONValue) {
        let error = #expect(throws: LoupeError.self) {
            try resolve([ParameterDefinition(name: "p", type: type)], ["p": value])
        }
        #expect(error?.code == .validationFailed)
        #expect(error?.details.map(\.field) == ["parameters.p"])
    }

    @Test("that are unknown, missing or required are each named")
    func everyProblem() {
        let definitions = [ParameterDefinition(name: "a", type: .string, isRequired: true)]
        let error = #expect(throws: LoupeError.self) {
            try resolve(definitions, ["c": 1], names: ["a", "b"])
        }
        #expect(error?.details.map(\.field) == ["parameters.c", "parameters.a", "parameters.b"])
    }

    @Test("may be lists, up to ten thousand")
    func lists() throws {
        let definition = ParameterDefinition(name: "l", type: .number, isMultiple: true)
        #expect(try resolve([definition], ["l": [1, 2]]) == [.list([.number("1"), .number("2")])])
        #expect(try resolve([definition], ["l": 3]) == [.list([.number("3")])])
        #expect(try resolve([definition], [:]) == [.list([])])
        #expect(throws: LoupeError.self) {
            try resolve([definition], ["l": .array(Array(repeating: 1, count: 10_001))])
        }
    }

    @Test("without a definition take their type from the value")
    func implied() throws {
        #expect(
            try resolve([], ["a": 1, "b": "x", "c": [1]], names: ["a", "b", "c"])
                == [.number("1"), .string("x"), .list([.number("1")])]
        )
    }

    @Test(
        "may be dates relative to now, in the organization's zone, across a change of the clocks",
        arguments: [
            ("today", "2026-03-29"), ("yesterday", "2026-03-28"), ("tomorrow", "2026-03-30"), ("-7d", "2026-03-22"),
            ("start_of_month", "2026-03-01"), ("start of month", "2026-03-01"), ("start_of_month-1mo", "2026-02-01"),
            ("end_of_month", "2026-04-01"), ("start_of_week", "2026-03-23"), ("start_of_year+1w", "2026-01-08"),
            ("start_of_quarter", "2026-01-01"), ("-1y", "2025-03-29"), ("+1q", "2026-06-29"),
        ]
    )
    func relativeDates(_ text: String, _ date: String) throws {
        #expect(
            try resolve([ParameterDefinition(name: "d", type: .date)], ["d": .string(text)]) == [.date(date)]
        )
    }

    @Test(
        "may be times relative to now",
        arguments: [
            ("now", "2026-03-29T12:30:00.000+02:00"), ("-1h", "2026-03-29T11:30:00.000+02:00"),
            ("today", "2026-03-29T00:00:00.000+01:00"), ("-1d", "2026-03-28T12:30:00.000+01:00"),
            ("now-90min", "2026-03-29T11:00:00.000+02:00"), ("start_of_hour", "2026-03-29T12:00:00.000+02:00"),
        ]
    )
    func relativeTimes(_ text: String, _ time: String) throws {
        #expect(
            try resolve([ParameterDefinition(name: "t", type: .datetime)], ["t": .string(text)]) == [.datetime(time)]
        )
    }

    @Test("are kept with their run exactly as they were bound")
    func kept() {
        let values: [BoundParameter] = [
            BoundParameter(name: "a", type: .date, value: .date("2026-01-31")),
            BoundParameter(name: "b", type: .number, isMultiple: true, value: .list([.number("1.10")])),
            BoundParameter(name: "c", type: .string, value: .string("it's")),
            BoundParameter(name: "d", type: .boolean, value: .null),
        ]
        #expect(values.compactMap { BoundParameter(json: $0.json) } == values)
    }
}
