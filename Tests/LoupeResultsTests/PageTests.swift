import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Pages of a result", .serialized)
struct PageTests {
    private static let columns = ResultColumn.named(("n", .integer), ("text", .text))

    /// Rows that do not compress, so that a few of them fill a chunk and the store's share.
    private static func blocks(rows: Int, textLength: Int, perBlock: Int) -> [RowBlock] {
        var noise = Noise(seed: 7)
        return stride(from: 0, to: rows, by: perBlock).map { start in
            RowBlock.rows(start..<min(rows, start + perBlock)) { block, number in
                block.integer(Int64(number))
                block.text(noise.text(textLength))
            }
        }
    }

    private static func rows(_ blocks: [RowBlock]) -> [String] {
        blocks.flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
    }

    @Test(
        "Pages over every chunk's border hold exactly their rows",
        arguments: StoreKind.allCases,
        ResultsFixture.Place.allCases
    )
    func borders(kind: StoreKind, place: ResultsFixture.Place) async throws {
        try await ResultsFixture.with(kind, place) { fixture in
            let blocks = Self.blocks(rows: 400, textLength: 625, perBlock: 30)
            let rows = Self.rows(blocks)
            let summary = try await fixture.write(Self.columns, blocks)
            #expect(summary.rowCount == 400)
            #expect(summary.byteCount == blocks.reduce(0) { $0 + $1.bytes.count })
            #expect(summary.chunkCount == 4)

            let reader = try await fixture.reopened().reader(summary)
            for (offset, limit) in [(0, 1), (0, 400), (399, 1), (85, 20), (89, 2), (90, 1), (91, 300), (395, 100)] {
                let page = try await reader.page(offset: offset, limit: limit)
                #expect(page.text == "[" + rows[offset..<min(400, offset + limit)].joined(separator: ",") + "]")
                #expect(page.rowCount == min(limit, 400 - offset))
                #expect(page.matchCount == 400)
            }
            #expect(try await reader.text(.json) == "[" + rows.joined(separator: ",") + "]")
        }
    }

    @Test("A chunk is never over its size and blocks are cut at their rows", arguments: StoreKind.allCases)
    func chunkSize(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let blocks = Self.blocks(rows: 400, textLength: 625, perBlock: 400)
            let summary = try await fixture.write(Self.columns, blocks)
            #expect(try await fixture.count("SELECT max(raw_bytes) FROM result_chunks") <= 64 << 10)
            #expect(try await fixture.count("SELECT sum(row_count) FROM result_chunks") == 400)
            #expect(try await fixture.reader(summary).text(.json).utf8.count == summary.byteCount + 1)
        }
    }

    @Test("A row of 2 MiB is a chunk alone", arguments: StoreKind.allCases, ResultsFixture.Place.allCases)
    func largeRow(kind: StoreKind, place: ResultsFixture.Place) async throws {
        try await ResultsFixture.with(kind, place, sizes: ChunkSizes()) { fixture in
            let large = String(repeating: "\u{e9}", count: 1 << 20)
            let block = RowBlock.rows(["before", large, "after"]) { block, text in
                block.integer(1)
                block.text(text)
            }
            let summary = try await fixture.write(Self.columns, [block])
            #expect(summary.chunkCount == 3)
            let reader = try await fixture.reader(summary)
            #expect(try await reader.page(offset: 1, limit: 1).text == "[[1,\"\(large)\"]]")
            #expect(try await reader.page(offset: 2, limit: 5).text == #"[[1,"after"]]"#)
            #expect(try await reader.text(.csv(spreadsheet: false)).hasSuffix("\(large)\r\n1,after\r\n"))
        }
    }

    @Test("Past the end there is nothing, and nothing is wrong", arguments: StoreKind.allCases)
    func pastTheEnd(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, Self.blocks(rows: 3, textLength: 2, perBlock: 3))
            let reader = try await fixture.reader(summary)
            for (offset, limit) in [(3, 10), (1_000_000, 10), (0, 0), (.max, .max)] {
                let page = try await reader.page(offset: offset, limit: limit)
                #expect(page.text == "[]")
                #expect(page.rowCount == 0)
            }
            #expect(try await reader.page(offset: -5, limit: 1).rowCount == 1)
            #expect(try await reader.page(offset: 2, limit: .max).rowCount == 1)
        }
    }

    @Test("A result without rows has its columns", arguments: StoreKind.allCases)
    func noRows(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, [RowBlock()])
            #expect(summary.chunkCount == 0)
            let reader = try await fixture.reader(summary)
            #expect(reader.columns == Self.columns)
            #expect(try await reader.page(offset: 0, limit: 10).text == "[]")
            #expect(try await reader.text(.json) == "[]")
            #expect(try await reader.text(.ndjson) == "")
            #expect(try await reader.text(.csv(spreadsheet: false)) == "n,text\r\n")
            let selection = RowSelection(sort: .init(column: 0), search: "x")
            #expect(try await reader.page(offset: 0, limit: 10, selection: selection).text == "[]")
        }
    }

    @Test("A result without columns has its rows", arguments: StoreKind.allCases)
    func noColumns(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let reader = try await fixture.reader(try await fixture.write([], [RowBlock.rows(1...2) { _, _ in }]))
            #expect(try await reader.page(offset: 0, limit: 10).text == "[[],[]]")
            #expect(try await reader.text(.ndjson) == "{}\n{}\n")
            #expect(try await reader.text(.csv(spreadsheet: false)) == "\r\n\r\n")
        }
    }
}
