import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Sorting and searching a whole result", .serialized)
struct SelectionTests {
    /// The values of the only column as JSON texts, selected.
    private func select(
        _ kind: ValueKind,
        _ values: [String],
        descending: Bool = false,
        search: String? = nil,
        sorted: Bool = true
    ) async throws -> String {
        var text = ""
        try await ResultsFixture.with(.sqlite) { fixture in
            let block = RowBlock.rows(values) { block, value in
                if value == "null" { block.null() } else { block.json(value) }
            }
            let reader = try await fixture.reader(try await fixture.write(ResultColumn.named(("v", kind)), [block]))
            let sort = sorted ? RowSelection.Sort(column: 0, isDescending: descending) : nil
            let selection = RowSelection(sort: sort, search: search)
            text = try await reader.page(offset: 0, limit: 1000, selection: selection).text
        }
        return text
    }

    @Test("Numbers sort by value, exactly, however they are written")
    func numbers() async throws {
        let values = [
            #""9223372036854775807""#, "10", "9", "-1", "null", "0", #""-9223372036854775808""#, "-0.5", "1e3",
            "2.5E-3", "-10", #""NaN""#, #""Infinity""#, #""-Infinity""#, #""text""#,
        ]
        #expect(
            try await select(.decimal, values)
                == #"[["-Infinity"],["-9223372036854775808"],[-10],[-1],[-0.5],[0],[2.5E-3],[9],[10],[1e3],"#
                + #"["9223372036854775807"],["Infinity"],["NaN"],["text"],[null]]"#
        )
    }

    @Test("Decimals differ in their last digit, far beyond a double")
    func decimals() async throws {
        let digits = String(repeating: "7", count: 60)
        let values = [
            "\"\(digits).2\"", "\"\(digits).10\"", "\"-\(digits).2\"", "\"-\(digits).10\"", "\"\(digits).100\"",
        ]
        #expect(
            try await select(.decimal, values)
                == "[[\"-\(digits).2\"],[\"-\(digits).10\"],[\"\(digits).10\"],[\"\(digits).100\"],[\"\(digits).2\"]]"
        )
    }

    @Test("NULLs come last in both directions and ties keep their order")
    func nullsAndTies() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let keys: [Int64?] = [2, nil, 1, 2, nil, 1]
            let block = RowBlock.rows(keys.enumerated()) { block, row in
                if let key = row.element { block.integer(key) } else { block.null() }
                block.integer(Int64(row.offset))
            }
            let columns = ResultColumn.named(("key", .integer), ("n", .integer))
            let reader = try await fixture.reader(try await fixture.write(columns, [block]))
            let up = try await reader.page(offset: 0, limit: 9, selection: RowSelection(sort: .init(column: 0)))
            #expect(up.text == "[[1,2],[1,5],[2,0],[2,3],[null,1],[null,4]]")
            let down = RowSelection(sort: .init(column: 0, isDescending: true))
            #expect(
                try await reader.page(offset: 0, limit: 9, selection: down).text
                    == "[[2,0],[2,3],[1,2],[1,5],[null,1],[null,4]]"
            )
            #expect(try await reader.page(offset: 3, limit: 2, selection: down).text == "[[1,5],[null,1]]")
        }
    }

    @Test("Times sort as moments: fractions, years before Christ, infinities")
    func times() async throws {
        let values = [
            "2026-01-31T09:30:00.5Z", "2026-01-31T09:30:00Z", "infinity", "0044-03-15T00:00:00Z BC",
            "0045-01-01T00:00:00Z BC", "10000-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "-infinity",
        ].map { "\"\($0)\"" }
        #expect(
            try await select(.timestamptz, values)
                == #"[["-infinity"],["0045-01-01T00:00:00Z BC"],["0044-03-15T00:00:00Z BC"],["#
                + #""2026-01-31T09:30:00Z"],["2026-01-31T09:30:00.5Z"],["9999-12-31T00:00:00Z"],["#
                + #""10000-01-01T00:00:00Z"],["infinity"]]"#
        )
    }

    @Test("Text sorts by code point, with escapes resolved")
    func text() async throws {
        let values = [#""b""#, #""\u0061""#, #""B""#, #""""#, #""a\n""#, #""é""#, #""aa""#]
        #expect(try await select(.text, values) == #"[[""],["B"],["\u0061"],["a\n"],["aa"],["b"],["é"]]"#)
    }

    @Test("Long texts that differ only at their end are sorted by it, each compared a window at a time")
    func longTexts() async throws {
        let shared = String(repeating: "https://example.com/", count: 3)
        let keys = [shared + "b", shared, shared + "a", shared + "ab", shared + "b", "z"].map { Array($0.utf8) }
        func window(_ rows: [UInt32], depth: Int, width: Int) -> KeyWindow {
            var window = KeyWindow(width: width)
            for row in rows { window.append(row, keys[Int(row)].dropFirst(depth).prefix(width)) }
            return window
        }
        for (isDescending, expected) in [(false, [1, 2, 3, 0, 4, 5]), (true, [5, 0, 4, 3, 2, 1])] {
            var order = RowOrder(window([0, 1, 2, 3, 4, 5], depth: 0, width: 16), isDescending: isDescending)
            var passes = 1
            while !order.open.isEmpty {
                order.refine(window(order.openRows, depth: order.depth, width: 16))
                passes += 1
            }
            #expect(order.rows.map(Int.init) == expected)
            #expect(passes == 4)
        }
    }

    @Test(
        "A result of many chunks is sorted as a whole, and its long equal keys settled",
        arguments: StoreKind.allCases
    )
    func manyChunks(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let rows = 3000
            let prefix = String(repeating: "p", count: 100)
            let numbers = (0..<rows).map { ($0 * 7919) % rows }
            let blocks = stride(from: 0, to: rows, by: 100).map { start in
                RowBlock.rows(numbers[start..<start + 100]) { block, number in
                    block.integer(Int64(number))
                    block.text(prefix + String(10_000 + number))
                }
            }
            let columns = ResultColumn.named(("n", .integer), ("text", .text))
            let reader = try await fixture.reader(try await fixture.write(columns, blocks))
            let selection = RowSelection(sort: .init(column: 1, isDescending: true))
            let page = try await reader.page(offset: 5, limit: 40, selection: selection)
            let expected = (0..<40).map { "[\(rows - 6 - $0),\"\(prefix)\(10_000 + rows - 6 - $0)\"]" }
            #expect(page.text == "[" + expected.joined(separator: ",") + "]")
        }
    }

    @Test(
        "Search matches anywhere in a value, in either case",
        arguments: [
            ("OWL", #"[["snowl"],["Owl"]]"#), ("ÉTÉ", #"[["été"]]"#), ("12", "[[3.125]]"), ("a\nb", #"[["a\nb"]]"#),
            ("null", "[]"), ("\"", "[]"), ("", #"[["snowl"],["Owl"],["été"],[3.125],["a\nb"],[null],["🦉"]]"#),
            ("🦉", #"[["🦉"]]"#), ("e\u{301}t", #"[["été"]]"#),
        ]
    )
    func search(search: String, expected: String) async throws {
        let values = [#""snowl""#, #""Owl""#, #""été""#, "3.125", #""a\nb""#, "null", #""🦉""#]
        #expect(try await select(.text, values, search: search, sorted: false) == expected)
    }

    @Test("Search finds the text of JSON and tells how many rows match")
    func searchJSON() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let block = RowBlock.rows([#"{"Name": "x"}"#, "[1]", #"{"name": 2}"#]) { $0.json($1) }
            let reader = try await fixture.reader(try await fixture.write(ResultColumn.named(("v", .json)), [block]))
            let selection = RowSelection(sort: .init(column: 0, isDescending: true), search: "\"NAME\"")
            let page = try await reader.page(offset: 0, limit: 1, selection: selection)
            #expect(page.text == #"[[{"name": 2}]]"#)
            #expect(page.rowCount == 1)
            #expect(page.matchCount == 2)
        }
    }

    @Test("A column that the result does not have is refused", arguments: [-1, 1])
    func noSuchColumn(column: Int) async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let reader = try await fixture.reader(try await fixture.write(ResultColumn.named(("v", .text)), []))
            let selection = RowSelection(sort: .init(column: column))
            let error = await #expect(throws: LoupeError.self) {
                try await reader.page(offset: 0, limit: 1, selection: selection)
            }
            #expect(error?.code == .validationFailed)
            #expect(throws: LoupeError.self) { try reader.export(.json, selection: selection) }
        }
    }
}
