import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("A damaged result is an error, never wrong numbers", .serialized)
struct DamageTests {
    private static let columns = ResultColumn.named(("text", .text))

    private static func write(_ fixture: ResultsFixture) async throws -> ResultSummary {
        var noise = Noise(seed: 3)
        let blocks = (0..<4).map { _ in
            RowBlock.rows(0..<100) { block, _ in block.text(noise.text(625)) }
        }
        return try await fixture.write(columns, blocks)
    }

    private static func expectDamage(_ fixture: ResultsFixture, _ summary: ResultSummary) async throws {
        let reader = try await fixture.reopened().reader(summary)
        let page = await #expect(throws: LoupeError.self) { try await reader.page(offset: 0, limit: 400) }
        #expect(page?.code == .internalError)
        #expect(page?.message == "the stored result is damaged; run the query again")
        await #expect(throws: LoupeError.self) { try await reader.text(.csv(spreadsheet: false)) }
        await #expect(throws: LoupeError.self) {
            try await reader.page(offset: 0, limit: 1, selection: RowSelection(search: "zzzz"))
        }
    }

    @Test("One bit of a file", arguments: [0, 5, 100, -1])
    func flippedBit(position: Int) async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let summary = try await Self.write(fixture)
            let file = try #require(fixture.files(summary.id).first)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[position < 0 ? bytes.count + position : position] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("A file cut short")
    func truncated() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let summary = try await Self.write(fixture)
            let file = try #require(fixture.files(summary.id).first)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            try bytes.dropLast(10).write(to: URL(fileURLWithPath: file))
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("A missing file")
    func missing() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let summary = try await Self.write(fixture)
            try FileManager.default.removeItem(atPath: try #require(fixture.files(summary.id).last))
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("Two files swapped")
    func swapped() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            let summary = try await Self.write(fixture)
            let files = fixture.files(summary.id)
            let (first, second) = (files[0], files[1])
            let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
            try Data(contentsOf: URL(fileURLWithPath: second)).write(to: URL(fileURLWithPath: first))
            try bytes.write(to: URL(fileURLWithPath: second))
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("Bytes changed in the store", arguments: StoreKind.allCases)
    func inStore(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind, .store) { fixture in
            let summary = try await Self.write(fixture)
            try await fixture.database.write { transaction in
                let bytes = try transaction.first("SELECT data FROM result_chunks WHERE n = 1") { try $0.bytes() }
                var damaged = try #require(bytes)
                damaged[damaged.count / 2] ^= 0x10
                try transaction.execute("UPDATE result_chunks SET data = \(damaged) WHERE n = 1")
            }
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("A chunk's row lost", arguments: StoreKind.allCases)
    func lostRow(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await Self.write(fixture)
            try await fixture.database.write { transaction in
                _ = try transaction.execute("DELETE FROM result_chunks WHERE n = 2")
            }
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("The only chunk's row lost", arguments: StoreKind.allCases)
    func lostOnlyRow(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            let summary = try await fixture.write(Self.columns, [RowBlock.rows(["x"]) { $0.text($1) }])
            try await fixture.database.write { transaction in
                _ = try transaction.execute("DELETE FROM result_chunks")
            }
            try await Self.expectDamage(fixture, summary)
        }
    }

    @Test("A frame that is whole but holds other rows")
    func otherRows() throws {
        let chunk = try ChunkCodec.encode(Array("[1]\n[2]\n".utf8), rowCount: 2)
        var record = ChunkRecord(chunk, number: 0, firstRow: 0, data: nil)
        record.rowCount = 3
        #expect(throws: ChunkDamage.rows) { try ChunkCodec.decode(chunk.bytes, as: record) }
        record.rowCount = 2
        record.rawBytes = 9
        #expect(throws: ChunkDamage.frame("content size 8")) { try ChunkCodec.decode(chunk.bytes, as: record) }
    }

    @Test(
        "XXH64 is that of its specification",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)]
    )
    func hash(text: String, expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } == expected)
    }
}
