import LoupeCore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("CSV for a spreadsheet")
struct SpreadsheetTests {
    @Test(
        "Text that would run as a formula is marked, whatever is escaped in it",
        arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]
    )
    func marked(text: String) async throws {
        let expected = text.contains("\r") ? "\"'\(text)\"" : "'\(text)"
        #expect(try await csv(text, .text) == "\u{FEFF}value\r\n\(expected)\r\n")
    }

    @Test("A formula with quotes and commas is marked inside its quotes")
    func quoted() async throws {
        #expect(try await csv("=A1,\"x\"", .text) == "\u{FEFF}value\r\n\"'=A1,\"\"x\"\"\"\r\n")
    }

    @Test("Numbers of a numeric column stay numbers", arguments: ["-12.50", "-9223372036854775808", "+1e-7"])
    func numbers(text: String) async throws {
        #expect(try await csv(text, .decimal) == "\u{FEFF}value\r\n\(text)\r\n")
    }

    @Test("Text in a numeric column, which SQLite allows, is marked all the same")
    func textInNumericColumn() async throws {
        #expect(try await csv("-1+cmd|x", .integer) == "\u{FEFF}value\r\n'-1+cmd|x\r\n")
    }

    @Test("Other text is left alone", arguments: ["a=1", "'=1", "1-2", " =1"])
    func plain(text: String) async throws {
        #expect(try await csv(text, .text) == "\u{FEFF}value\r\n\(text)\r\n")
    }

    @Test("A column's name is marked too")
    func header() async throws {
        #expect(try await csv("x", .text, column: "=cmd") == "\u{FEFF}'=cmd\r\nx\r\n")
    }

    private func csv(_ text: String, _ kind: ValueKind, column: String = "value") async throws -> String {
        var csv = ""
        try await ResultsFixture.with(.sqlite) { fixture in
            let block = RowBlock.rows([text]) { $0.text($1) }
            let reader = try await fixture.reader(try await fixture.write(ResultColumn.named((column, kind)), [block]))
            csv = try await reader.text(.csv(spreadsheet: true))
        }
        return csv
    }
}
