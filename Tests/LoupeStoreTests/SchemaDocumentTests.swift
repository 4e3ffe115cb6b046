import Foundation
import LoupeStore
import LoupeTestSupport
import Testing

@Suite("docs/schema.md")
struct SchemaDocumentTests {
    @Test("The document tells the schema of both stores as it is")
    func document() async throws {
        let sqlite = try await StoreKind.sqlite.withStore { try await SchemaCatalog($0) }
        let postgres = try await StoreKind.postgres.withStore { try await SchemaCatalog($0) }
        let text = try SchemaDocument.render(sqlite: sqlite, postgres: postgres)
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/schema.md")
        if ProcessInfo.processInfo.environment["LOUPE_UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let stored = try String(contentsOf: file, encoding: .utf8)
        #expect(stored == text, "run this test with LOUPE_UPDATE_DOCS=1")
    }

    @Test("A table that one store lacks is told")
    func disagreement() async throws {
        let sqlite = try await StoreKind.sqlite.withStore { try await SchemaCatalog($0) }
        var other = sqlite
        other.tables.removeLast()
        #expect(throws: SchemaDocument.Disagreement.self) {
            try SchemaDocument.render(sqlite: sqlite, postgres: other)
        }
    }
}
