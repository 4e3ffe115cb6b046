import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Downloads", .serialized)
struct ExportTests {
    private static let columns = ResultColumn.named(("n", .integer), ("text", .text))

    private static func blocks() -> [RowBlock] {
        var noise = Noise(seed: 11)
        return (0..<40).map { start in
            RowBlock.rows(0..<10) { block, number in
                block.integer(Int64(start * 10 + number))
                block.text(noise.text(625))
            }
        }
    }

    @Test("A download comes a chunk at a time, as it is asked for", arguments: StoreKind.allCases)
    func pieces(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, Self.blocks())
            let reader = try await fixture.reader(summary)
            var iterator = reader.export(.csv(spreadsheet: false)).makeAsyncIterator()
            #expect(try await iterator.next() == Array("n,text\r\n".utf8))
            var pieces = 0
            while let piece = try await iterator.next() {
                #expect(piece.count <= 128 << 10)
                pieces += 1
                // Only what was asked for is read: a result removed meanwhile ends the download with an error.
                if pieces == 1 { break }
            }
            try await fixture.database.write { transaction in
                _ = try transaction.execute("DELETE FROM result_chunks")
            }
            try fixture.results.storage.removeAll(of: summary.id)
            await #expect(throws: LoupeError.self) {
                while try await iterator.next() != nil {}
            }
        }
    }

    @Test("Every format holds every row of every chunk", arguments: StoreKind.allCases)
    func whole(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let reader = try await fixture.reader(try await fixture.write(Self.columns, Self.blocks()))
            let lines = Self.blocks().flatMap {
                String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
            #expect(try await reader.text(.json) == "[" + lines.joined(separator: ",") + "]")
            let csv = lines.map { $0.dropFirst().dropLast().replacing("\"", with: "") + "\r\n" }
            #expect(try await reader.text(.csv(spreadsheet: false)) == "n,text\r\n" + csv.joined())
            let objects = lines.map { line in
                "{\"n\":" + line.dropFirst().dropLast().replacing(",\"", with: ",\"text\":\"") + "}\n"
            }
            #expect(try await reader.text(.ndjson) == objects.joined())
        }
    }

    @Test("A download of a selection holds its rows in its order", arguments: StoreKind.allCases)
    func selected(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let reader = try await fixture.reader(try await fixture.write(Self.columns, Self.blocks()))
            let selection = RowSelection(sort: .init(column: 0, isDescending: true), search: "ab")
            let page = try await reader.page(offset: 0, limit: 400, selection: selection)
            #expect((10..<390).contains(page.rowCount))
            var json: [UInt8] = []
            for try await piece in try reader.export(.json, selection: selection) { json += piece }
            #expect(json == page.rows)
        }
    }

    @Test("A download does not push out what pages are cut from")
    func cache() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let reader = try await fixture.reader(try await fixture.write(Self.columns, Self.blocks()))
            _ = try await reader.text(.ndjson)
            #expect(fixture.results.chunks.chunk(.init(result: reader.id, number: 0)) == nil)
            _ = try await reader.page(offset: 0, limit: 1)
            #expect(fixture.results.chunks.chunk(.init(result: reader.id, number: 0)) != nil)
        }
    }
}
