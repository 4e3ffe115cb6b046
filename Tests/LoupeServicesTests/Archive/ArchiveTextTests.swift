import LoupeCore
import Testing

@testable import LoupeServices

@Suite("The text of an export")
struct ArchiveTextTests {
    private func readBack(_ value: ArchiveValue) throws -> ArchiveValue {
        let text = ArchiveWriter.text(of: [.init("value", value), .init("after", .text("x"))])
        let members = try ArchiveReader.members(of: text)
        #expect(members.map(\.name) == ["value", "after"], "\(text)")
        #expect(members.last?.value == .text("x"), "\(text)")
        return try #require(members.first?.value)
    }

    @Test func `is what a person would write`() {
        let text = ArchiveWriter.text(of: [
            .init("name", .text("Flights by carrier")), .init("description", .text("First line\nand: # second\n")),
            .init("empty", .text("")), .init("tags", .list([])), .init("config", .members([])),
            .init(
                "parameters",
                .list([
                    .members([.init("name", .text("month")), .init("default", .integer(1)), .init("label", .null)]),
                    .list([.boolean(true), .text("1"), .text("no"), .text("2026-01-31"), .text("a: b")]),
                ])
            ),
        ])
        #expect(
            text == """
                name: Flights by carrier
                description: |
                  First line
                  and: # second
                empty: ""
                tags: []
                config: {}
                parameters:
                  - name: month
                    default: 1
                    label: null
                  -
                    - true
                    - "1"
                    - "no"
                    - "2026-01-31"
                    - "a: b"

                """
        )
    }

    @Test(arguments: [
        "", " ", "  lead", "trail ", "\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a\n\n  b", "a\n   \nb",
        "a\n ", "\tx", "a\tb\n\tc", "a\r\nb", "\r", "null", "Null", "~", "true", "Yes", "off", "1", "-1", "1e5", "0x1F",
        "0755", "1_000", ".inf", ".NaN", "2026-01-31", "12:30:45", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a",
        "&a",
        "*a", "a &b *c", "*bold*\ntext", "!tag", "|", ">", "@a", "`a", "%a", "{a}", "[a]", "a, b", "\"q\"", "'q'",
        "\\n",
        "\u{0085}", "\u{2028}x", "x\u{FEFF}", "\u{7F}", "\u{A0}", "é", "e\u{301}", " \u{301}x\ny", "日本語", "👩‍👩‍👧",
        "<b>&amp;</b>",
        "SELECT 1;\n-- end", "---\na", "...\n", "a\n---\nb", "--- a", "key: |\n  x", "\u{FFFE}", "\u{10FFFF}",
        "a\u{1}b",
    ])
    func `any text comes back as it was`(text: String) throws {
        #expect(try readBack(.text(text)).json.canonicalText == JSONValue.string(text).canonicalText)
        #expect(try readBack(.list([.text(text)])).json.canonicalText == JSONValue.array([.string(text)]).canonicalText)
        let named = ArchiveValue.members([.init(text, .text(text)), .init("z", .integer(1))])
        #expect(try readBack(named).json.canonicalText == named.json.canonicalText)
    }

    @Test func `a byte order mark at the start is left out, once and for all`() throws {
        #expect(try readBack(.text("\u{FEFF}x")) == .text("x"))
    }

    @Test func `texts made at random come back as they were`() throws {
        var random = SplitMix(seed: 7)
        let pieces = [
            "a", "b c", " ", "\n", "\n", "  ", "\t", ":", ": ", "#", " #", "-", "- ", "&x", "*y", "'", "\"", "\\", "|",
            ">",
            "é", "👍", "\u{85}", "\r", "{", "}", "[", "]", ",", "%", "@", "!", "?", "null", "1", "...", "---",
        ]
        for _ in 0..<3000 {
            let text = (0..<random.next(12)).map { _ in pieces[random.next(pieces.count)] }.joined()
            let back = try readBack(.text(text))
            #expect(back.json.canonicalText == JSONValue.string(text).canonicalText)
        }
    }

    @Test(arguments: [
        "null", "true", "1", "-0.5", "1e400", "12345678901234567890.123", "[]", "{}", "[[]]", "[{}]", "[[[1]],[]]",
        #"{"a":{"b":[{"c":null,"d":[1,"1",true]}]}}"#, #"[{"a":[{"b":1},{"c":{}}]},"x",[null]]"#, #"{"":{"":""}}"#,
    ])
    func `any JSON comes back as it was`(json: String) throws {
        let value = try JSONValue(parsing: json)
        #expect(try readBack(ArchiveValue(value)).json == value)
    }

    @Test func `a name of any length is read`() throws {
        let value = ArchiveValue.members([
            .init(String(repeating: "x", count: 5000), .integer(1)), .init("b", .list([])),
        ])
        #expect(try readBack(value) == value)
        let inside = ArchiveValue.list([value, .members([.init(String(repeating: "y\n", count: 900), value)])])
        #expect(try readBack(inside) == inside)
    }

    @Test(arguments: [
        "a: &x 1\nb: *x", "a: &x [1,2]\nb: [*x, *x]", "&top\na: 1", "a:\n  - &y z", "a: {b: &c 1}",
        "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]",
    ])
    func `anchors and aliases are refused`(yaml: String) {
        #expect(throws: ArchiveReader.Failure.self) { try ArchiveReader.members(of: yaml) }
    }

    @Test(arguments: ["", "a", "- a", "a: 1\na: 2", "a: [", "a: \"x", "? [a]\n: b", "\u{0}", "a: 1\n b: 2"])
    func `what is no mapping of names is refused`(yaml: String) {
        #expect(throws: ArchiveReader.Failure.self) { try ArchiveReader.members(of: yaml) }
    }

    @Test func `what is nested too deeply is refused, and the reader lives`() {
        for count in [200, 5000, 200_000] {
            let lists = "a: " + String(repeating: "[", count: count) + String(repeating: "]", count: count)
            #expect(throws: ArchiveReader.Failure.self) { try ArchiveReader.members(of: lists) }
            let maps = "a: " + String(repeating: "{b: ", count: count) + "1" + String(repeating: "}", count: count)
            #expect(throws: ArchiveReader.Failure.self) { try ArchiveReader.members(of: maps) }
        }
    }

    @Test func `what a person writes is taken as JSON would take it`() throws {
        let yaml = "a: yes\nb: 0755\nc: 2026-01-31\nd: 1.50\ne:\nf: ~\ng: 'true'\nh: No way\ni: 1_000\nj: .5"
        let members = try ArchiveReader.members(of: yaml)
        #expect(
            members.map(\.value) == [
                .text("yes"), .text("0755"), .text("2026-01-31"), .number("1.50"), .null, .null, .text("true"),
                .text("No way"), .text("1_000"), .text(".5"),
            ]
        )
    }
}

/// Random numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
