import Foundation
import LoupeCore
import Testing

@Suite("JSON")
struct JSONTests {
    @Test(
        "is read and written again in its canonical form",
        arguments: [
            (#"{"b":1,"a":[true,false,null]}"#, #"{"a":[true,false,null],"b":1}"#),
            (#" [ 1 , 2.50 , -0 , 1e400 ] "#, "[1,2.50,-0,1e400]"),
            (#""\u00e9\n\"\\\/""#, #""é\n\"\\/""#),
            (#""\ud83d\ude00""#, #""😀""#),
            ("{}", "{}"),
            ("9007199254740993", "9007199254740993"),
            (#"{"a":1,"a":2}"#, #"{"a":2}"#),
        ]
    )
    func canonical(_ text: String, _ canonical: String) throws {
        #expect(try JSONValue(parsing: text).canonicalText == canonical)
    }

    @Test(
        "that is malformed is refused at its place",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "1e", "-", "+1", "tru", "nulll", "\"",
            "\"\\x\"",
            "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "[1 2]", "{\"a\":1,}", "1 2", "\"a\nb\"", "]", "[}", "NaN",
        ]
    )
    func malformed(_ text: String) {
        #expect(throws: JSONTokenizer.Failure.self) { try JSONValue(parsing: text) }
    }

    @Test("that is not UTF-8 is refused")
    func invalidUTF8() {
        #expect(throws: JSONTokenizer.Failure.self) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test("is read to 64 levels and not deeper")
    func depth() throws {
        let deep = { (levels: Int) in String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        _ = try JSONValue(parsing: deep(64))
        #expect(throws: JSONTokenizer.Failure.self) { try JSONValue(parsing: deep(65)) }
        #expect(throws: JSONTokenizer.Failure.self) { try JSONValue(parsing: deep(1_000_000)) }
    }

    @Test("tokens come without recursion from a million levels")
    func iterative() throws {
        let levels = 1_000_000
        var tokens = JSONTokenizer(
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        )
        var count = 0
        while try tokens.next() != nil { count += 1 }
        #expect(count == 2 * levels)
    }

    @Test("is written with control characters escaped and nothing else changed")
    func escapes() {
        var json = JSONWriter()
        json.value("a\u{0}\u{1F}\u{7F}\u{2028}\t\r\"\\/é")
        #expect(json.text == "\"a\\u0000\\u001f\u{7F}\u{2028}\\t\\r\\\"\\\\/é\"")
    }

    @Test("writes numbers that it cannot say as text")
    func nonFinite() {
        var json = JSONWriter()
        json.array([Double.nan, .infinity, 1.5]) { $0.value($1) }
        #expect(json.text == #"["nan","inf",1.5]"#)
    }
}

@Suite("Rows")
struct RowBlockTests {
    @Test("write whole numbers as JSON numbers only where JavaScript keeps every digit")
    func integers() {
        var block = RowBlock()
        block.beginRow()
        for number in [0, -1, 9_007_199_254_740_991, 9_007_199_254_740_992, Int64.max, .min] { block.integer(number) }
        block.endRow()
        #expect(
            String(decoding: block.bytes, as: UTF8.self)
                == #"[0,-1,9007199254740991,"9007199254740992","9223372036854775807","-9223372036854775808"]"# + "\n"
        )
    }

    @Test("are lines, whatever a cell holds")
    func lines() {
        var block = RowBlock()
        for text in ["a\nb", "", "\r\n"] {
            block.beginRow()
            block.text(text)
            block.null()
            block.endRow()
        }
        let lines = block.bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 3)
        #expect(block.rowCount == 3)
    }

    @Test("that are dropped leave no trace")
    func drop() {
        var block = RowBlock()
        block.beginRow()
        block.integer(1)
        block.endRow()
        block.beginRow()
        block.text("too large")
        block.dropRow(finished: false)
        #expect(String(decoding: block.bytes, as: UTF8.self) == "[1]\n")
        #expect(block.rowCount == 1)
    }

    @Test("have columns with keys of their own, also where names repeat")
    func keys() {
        let columns = ResultColumn.keyed(
            ["id", "id", "id_2", "id"].map { ($0, "int4", ValueKind.integer) }
        )
        #expect(columns.map(\.name) == ["id", "id", "id_2", "id"])
        #expect(Set(columns.map(\.key)).count == 4)
        #expect(columns[0].key == "id")
        #expect(columns[2].key == "id_2")
    }
}
