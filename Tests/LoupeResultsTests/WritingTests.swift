import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeResults

@Suite("Writing a result", .serialized)
struct WritingTests {
    private static let columns = ResultColumn.named(("text", .text))

    private static func noise(_ rows: Int, seed: UInt64 = 1) -> RowBlock {
        var noise = Noise(seed: seed)
        return RowBlock.rows(0..<rows) { block, _ in block.text(noise.text(625)) }
    }

    @Test("A small result lies in the store only with the transaction of its outcome", arguments: StoreKind.allCases)
    func smallResult(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var writer = fixture.begin(Self.columns)
            try await writer.append(RowBlock.rows(["x"]) { $0.text($1) })
            let pending = try await writer.finish()
            #expect(try await fixture.count("SELECT count(*) FROM results") == 0)
            #expect(try await fixture.count("SELECT count(*) FROM result_chunks") == 0)
            try await fixture.commit(pending)
            #expect(try await fixture.count("SELECT count(*) FROM results WHERE complete") == 1)
            #expect(try await fixture.reader(pending.summary).page(offset: 0, limit: 1).text == #"[["x"]]"#)
        }
    }

    @Test("Up to 256 KiB compressed lies in the store, the rest in files of mode 0600", arguments: StoreKind.allCases)
    func placement(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind, sizes: ChunkSizes()) { fixture in
            // A chunk that shrinks to nothing, then such as do not, each larger than the store's share.
            var writer = fixture.begin(Self.columns)
            try await writer.append(
                RowBlock.rows(0..<1) { block, _ in block.text(String(repeating: "x", count: 1_000_000)) }
            )
            for _ in 0..<4 { try await writer.append(Self.noise(1000)) }
            let summary = try await fixture.commit(try await writer.finish())
            let inStore = try await fixture.count("SELECT coalesce(sum(length(data)), 0) FROM result_chunks")
            #expect(inStore <= 256 << 10)
            let files = fixture.files(summary.id)
            let outside = try await fixture.count("SELECT count(*) FROM result_chunks WHERE data IS NULL")
            #expect(files.count == outside)
            #expect(outside > 1)
            #expect(inStore > 0)
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            #expect(try await fixture.count("SELECT count(*) FROM results WHERE storage = 'directory'") == 1)
            #expect(try await fixture.reader(summary).page(offset: 0, limit: 5000).rowCount == 4001)
        }
    }

    @Test("In the store, all lies in the store", arguments: StoreKind.allCases)
    func inStore(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind, .store) { fixture in
            let summary = try await fixture.write(Self.columns, (0..<20).map { _ in Self.noise(20) })
            #expect(try await fixture.count("SELECT count(*) FROM result_chunks WHERE data IS NULL") == 0)
            #expect(try await fixture.count("SELECT count(*) FROM results WHERE storage = 'store'") == 1)
            #expect(try await fixture.count("SELECT sum(length(data)) FROM result_chunks") == summary.storedBytes)
        }
    }

    @Test("Two attempts' results do not mix", arguments: StoreKind.allCases)
    func attempts(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var first = fixture.begin(Self.columns, attempt: 1)
            var second = fixture.begin(Self.columns, attempt: 2)
            for number in 0..<10 {
                try await first.append(Self.noise(50, seed: 1))
                if number < 5 { try await second.append(Self.noise(50, seed: 2)) }
            }
            let secondSummary = try await fixture.commit(try await second.finish())
            let firstSummary = try await fixture.commit(try await first.finish())
            #expect(firstSummary.id != secondSummary.id)
            #expect(try await fixture.reader(firstSummary).rowCount == 500)
            let reader = try await fixture.reader(secondSummary)
            #expect(reader.rowCount == 250)
            let expected = String(decoding: Self.noise(50, seed: 2).bytes, as: UTF8.self).split(separator: "\n")
            #expect(try await reader.page(offset: 200, limit: 50).text == "[" + expected.joined(separator: ",") + "]")
        }
    }

    @Test("An unfinished result is not found", arguments: StoreKind.allCases)
    func unfinished(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var writer = fixture.begin(Self.columns)
            for _ in 0..<3 { try await writer.append(Self.noise(100)) }
            #expect(try await fixture.count("SELECT count(*) FROM results WHERE NOT complete") == 1)
            let id = writer.id
            let error = await #expect(throws: LoupeError.self) {
                try await fixture.results.find(id, in: fixture.organization)
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test("Abandoning removes the files at once", arguments: StoreKind.allCases)
    func abandon(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var writer = fixture.begin(Self.columns)
            for _ in 0..<4 { try await writer.append(Self.noise(100)) }
            #expect(!fixture.files(writer.id).isEmpty)
            await writer.abandon()
            #expect(fixture.files(writer.id).isEmpty)
        }
    }

    @Test("A result removed while it was written cannot be finished", arguments: StoreKind.allCases)
    func removedMeanwhile(kind: StoreKind) async throws {
        try await ResultsFixture.with(kind) { fixture in
            var writer = fixture.begin(Self.columns)
            for _ in 0..<3 { try await writer.append(Self.noise(100)) }
            try await fixture.database.write { transaction in
                _ = try transaction.execute("UPDATE results SET deleted_at = \(TestStore.moment)")
            }
            let pending = try await writer.finish()
            let error = await #expect(throws: LoupeError.self) { try await fixture.commit(pending) }
            #expect(error?.code == .conflict)
        }
    }

    @Test("A full disk is unavailable, leaves no half chunk, and the writer can be abandoned")
    func fullDisk() async throws {
        try await ResultsFixture.with(.sqlite) { fixture in
            var writer = fixture.begin(Self.columns)
            // The kernel's own full disk, under the name that the first chunk outside is written to.
            let directory = "\(fixture.directory)/\(writer.id.description.suffix(2))/\(writer.id)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/0.zst.part",
                withDestinationPath: "/dev/full"
            )
            let error = await #expect(throws: LoupeError.self) {
                for _ in 0..<4 { try await writer.append(Self.noise(100)) }
                _ = try await writer.finish()
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message == "the disk for results is full")
            #expect(!fixture.files(writer.id).contains { $0.hasSuffix(".zst") })
            await writer.abandon()
            #expect(fixture.files(writer.id).isEmpty)
        }
    }

    @Test("A place that cannot be made is unavailable at the start")
    func unusablePlace() async throws {
        try await TestDirectory.with { directory in
            let file = directory + "/file"
            try Data().write(to: URL(fileURLWithPath: file))
            let error = #expect(throws: LoupeError.self) {
                try ResultStorage.directory(path: file + "/results").open()
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test("RESULT_STORAGE is read")
    func setting() {
        #expect(ResultStorage("store") == .store)
        #expect(ResultStorage("directory:/var/lib/x") == .directory(path: "/var/lib/x"))
        for text in ["", "directory", "directory:", "s3", "STORE"] { #expect(ResultStorage(text) == nil) }
    }
}
