import LoupeCore
import LoupeTestSupport
import Testing

@testable import LoupeResults

/// Every form of value goes into a result and comes out of it as it was, in each of the three forms of download.
@Suite
struct ValueRoundTripTests {
    struct Form: Sendable {
        let name: String
        let kind: ValueKind
        /// As a connector writes the cell.
        let write: @Sendable (inout RowBlock) -> Void
        let json: String
        let csv: String
        /// As it stands in the rows, where space around a JSON value is kept.
        let stored: String

        init(
            _ name: String,
            _ kind: ValueKind,
            json: String,
            csv: String,
            stored: String? = nil,
            _ write: @escaping @Sendable (inout RowBlock) -> Void
        ) {
            self.name = name
            self.stored = stored ?? json
            self.kind = kind
            self.json = json
            self.csv = csv
            self.write = write
        }

        /// A value that a connector writes as text and CSV shows as it is.
        static func text(_ name: String, _ kind: ValueKind, _ text: String) -> Form {
            Form(name, kind, json: "\"\(text)\"", csv: text) { $0.text(text) }
        }
    }

    static let forms: [Form] = [
        Form("a small integer", .integer, json: "42", csv: "42") { $0.integer(42) },
        Form("the largest exact integer", .integer, json: "9007199254740991", csv: "9007199254740991") {
            $0.integer(9_007_199_254_740_991)
        },
        Form("the first inexact integer", .integer, json: "\"9007199254740992\"", csv: "9007199254740992") {
            $0.integer(9_007_199_254_740_992)
        },
        Form("the largest int8", .integer, json: "\"9223372036854775807\"", csv: "9223372036854775807") {
            $0.integer(.max)
        },
        Form("the smallest int8", .integer, json: "\"-9223372036854775808\"", csv: "-9223372036854775808") {
            $0.integer(.min)
        },
        .text("a numeric with many digits", .decimal, "123456789012345678901234567890.123456789012345678900"),
        .text("a numeric NaN", .decimal, "NaN"),
        Form("a float", .float, json: "1e-07", csv: "1e-07") { $0.json("1e-07") },
        Form("a float with all its digits", .float, json: "0.30000000000000004", csv: "0.30000000000000004") {
            $0.json("0.30000000000000004")
        },
        .text("NaN", .float, "NaN"),
        .text("Infinity", .float, "Infinity"),
        .text("-Infinity", .float, "-Infinity"),
        Form("true", .boolean, json: "true", csv: "true") { $0.boolean(true) },
        Form("false", .boolean, json: "false", csv: "false") { $0.boolean(false) },
        .text("a timestamptz with microseconds", .timestamptz, "2026-01-31T09:30:00.123456Z"),
        .text("a timestamp", .timestamp, "2026-01-31T09:30:00.000001"),
        .text("a date", .date, "2026-01-31"),
        .text("a time", .time, "24:00:00"),
        .text("an interval", .interval, "1 year 2 mons -3 days 04:05:06.789"),
        .text("a uuid", .uuid, "0192c0de-0000-7000-8000-000000000001"),
        Form("a jsonb object", .json, json: #"{"a": [1, "x,y\n"]}"#, csv: #""{""a"": [1, ""x,y\n""]}""#) {
            $0.json(#"{"a": [1, "x,y\n"]}"#)
        },
        Form("a jsonb string", .json, json: #""text""#, csv: #""""text""""#) { $0.json(#""text""#) },
        Form("a jsonb number", .json, json: "1.50", csv: "1.50") { $0.json("1.50") },
        Form("a jsonb null", .json, json: "null", csv: "null", stored: "null ") { $0.json("null") },
        Form("a json text with space around it", .json, json: "[ ]", csv: "[ ]", stored: " [ ] ") { $0.json(" [ ] ") },
        Form("brackets and quotes in JSON strings", .json, json: #"["]\"}"]"#, csv: #""[""]\""}""]""#) {
            $0.json(#"["]\"}"]"#)
        },
        Form("an array", .array, json: #""{1,NULL,\"a b\"}""#, csv: #""{1,NULL,""a b""}""#) {
            $0.text(#"{1,NULL,"a b"}"#)
        },
        Form("bytes", .bytes, json: #""\\xdeadbeef""#, csv: #"\xdeadbeef"#) { $0.text(#"\xdeadbeef"#) },
        Form("NULL", .text, json: "null", csv: "") { $0.null() },
        Form("NULL in a JSON column", .json, json: "null", csv: "") { $0.null() },
        Form("empty text", .text, json: "\"\"", csv: "\"\"") { $0.text("") },
        .text("text that says null", .text, "null"),
        .text("space before and after", .text, " x "),
        Form("a comma", .text, json: "\"a,b\"", csv: "\"a,b\"") { $0.text("a,b") },
        Form("quotes", .text, json: #""say \"yes\"""#, csv: #""say ""yes""""#) { $0.text(#"say "yes""#) },
        Form("a backslash", .text, json: #""C:\\new""#, csv: #"C:\new"#) { $0.text(#"C:\new"#) },
        Form("line ends", .text, json: #""a\r\nb\nc""#, csv: "\"a\r\nb\nc\"") { $0.text("a\r\nb\nc") },
        Form("a tab", .text, json: #""a\tb""#, csv: "a\tb") { $0.text("a\tb") },
        Form("control characters", .text, json: #""\u0001\u001f\#u{7f}""#, csv: "\u{1}\u{1F}\u{7F}") {
            $0.text("\u{1}\u{1F}\u{7F}")
        },
        .text("emoji and a flag", .text, "🦉 🇫🇷 👩‍🚀"),
        .text("the line separators that JavaScript minds", .text, "a\u{2028}b\u{2029}c"),
        .text("text that is not composed", .text, "e\u{301}"),
        .text("what looks like an escape of CSV", .text, "'=1+1"),
    ]

    @Test("A value comes out of a result exactly as it went in", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            for form in Self.forms { try await check(form, fixture) }
        }
    }

    private func check(_ form: Form, _ fixture: ResultsFixture) async throws {
        let columns = ResultColumn.named(("n", .integer), ("value", form.kind), ("after", .text))
        let block = RowBlock.rows([Int64(1), 2]) { block, number in
            block.integer(number)
            form.write(&block)
            block.text("z")
        }
        let reader = try await fixture.reader(try await fixture.write(columns, [block]))
        let name = Comment(rawValue: form.name)

        let page = try await reader.page(offset: 0, limit: 10)
        #expect(page.text == "[[1,\(form.stored),\"z\"],[2,\(form.stored),\"z\"]]", name)
        #expect(try await reader.text(.json) == page.text, name)
        let csv = "n,value,after\r\n1,\(form.csv),z\r\n2,\(form.csv),z\r\n"
        #expect(try await reader.text(.csv(spreadsheet: false)) == csv, name)
        let objects = (1...2).map { "{\"n\":\($0),\"value\":\(form.json),\"after\":\"z\"}\n" }
        #expect(try await reader.text(.ndjson) == objects.joined(), name)
        // What any reader of JSON makes of it.
        let parsed = try JSONValue(parsing: page.rows)
        #expect(try parsed == JSONValue(parsing: "[[1,\(form.json),\"z\"],[2,\(form.json),\"z\"]]"), name)
    }

    @Test("Two columns of one name have keys of their own in NDJSON and their name in CSV")
    func keys() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let columns = ResultColumn.named(("id", .integer), ("id", .integer), ("a \"b\",c", .text))
            let block = RowBlock.rows([Int64(1)]) { block, number in
                block.integer(number)
                block.integer(number + 1)
                block.text("x")
            }
            let reader = try await fixture.reader(try await fixture.write(columns, [block]))
            #expect(reader.columns == columns)
            #expect(try await reader.text(.ndjson) == #"{"id":1,"id_2":2,"a \"b\",c":"x"}"# + "\n")
            #expect(try await reader.text(.csv(spreadsheet: false)) == "id,id,\"a \"\"b\"\",c\"\r\n1,2,x\r\n")
        }
    }

    @Test("The columns are written as the API shows them")
    func columns() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let reader = try await fixture.reader(try await fixture.write(ResultColumn.named(("n", .integer)), []))
            var json = JSONWriter()
            reader.writeColumns(to: &json)
            #expect(json.text == #"[{"name":"n","key":"n","data_type":"integer","kind":"integer"}]"#)
        }
    }
}
