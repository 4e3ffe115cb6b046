import Foundation
import LoupeCore
import LoupeTestSupport
import Testing

@testable import LoupeServices

@Suite("The directory of an export")
struct ArchiveDirectoryTests {
    private let key = "0196f000-0000-7000-8000-000000000001"

    private func document(_ sql: String = "SELECT 1") throws -> ArchiveDocument {
        ArchiveDocument(
            kind: .query,
            id: try #require(UUID(uuidString: key)),
            members: [.init("name", .text("One"))],
            sql: sql
        )
    }

    @Test(arguments: ["SELECT 1", "SELECT 1\n", "SELECT 1\n\n", "\n", "SELECT '\r\n'\r\n", "é\u{2028}"])
    func `what is written is read again, to the byte`(sql: String) async throws {
        try await TestDirectory.with { directory in
            let archive = Archive([try document(sql)])
            let files = ArchiveDirectory("\(directory)/out")
            try files.write(archive)
            let read = try files.read()
            #expect(read == archive)
            #expect(read.documents.first?.sql.map { Array($0.utf8) } == Array(sql.utf8))
        }
    }

    @Test func `a second export takes the place of the first`() async throws {
        try await TestDirectory.with { directory in
            let files = ArchiveDirectory(directory)
            try files.write(Archive([try document()]))
            try "mine".write(toFile: "\(directory)/README.md", atomically: true, encoding: .utf8)
            try files.write(Archive([]))
            #expect(try files.read() == Archive([]))
            #expect(FileManager.default.fileExists(atPath: "\(directory)/README.md"))
        }
    }

    @Test func `a directory of something else is left alone`() async throws {
        try await TestDirectory.with { directory in
            try "mine".write(toFile: "\(directory)/notes.txt", atomically: true, encoding: .utf8)
            #expect(throws: ArchiveDirectory.Failure.self) { try ArchiveDirectory(directory).write(Archive([])) }
            #expect(throws: ArchiveDirectory.Failure.self) { try ArchiveDirectory(directory).read() }
            #expect(throws: ArchiveDirectory.Failure.self) { try ArchiveDirectory("\(directory)/none").read() }
            #expect(throws: ArchiveDirectory.Failure.self) { try ArchiveDirectory("\(directory)/notes.txt").read() }
        }
    }

    @Test(arguments: ["yaml", "sql", "folder", "manifest"])
    func `links are refused, for reading and for writing`(place: String) async throws {
        try await TestDirectory.with { directory in
            let files = ArchiveDirectory("\(directory)/out")
            try files.write(Archive([try document()]))
            let path =
                switch place {
                case "folder": "\(directory)/out/queries"
                case "manifest": "\(directory)/out/loupe-export.yaml"
                default: "\(directory)/out/queries/\(key).\(place)"
                }
            let target = "\(directory)/elsewhere"
            try FileManager.default.moveItem(atPath: path, toPath: target)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            #expect(throws: ArchiveDirectory.Failure.self) { try files.read() }
            #expect(throws: ArchiveDirectory.Failure.self) { try files.write(Archive([try document("SELECT 2")])) }
        }
    }

    @Test func `what is no file of an export is named, all of it at once`() async throws {
        try await TestDirectory.with { directory in
            let files = ArchiveDirectory(directory)
            try files.write(Archive([try document()]))
            let folder = "\(directory)/queries"
            let other = "0196f000-0000-7000-8000-000000000002"
            for (name, text) in [
                "notes.txt": "x", "\(other).sql": "SELECT 2", "\(key.uppercased()).yaml": "name: x", ".hidden": "x",
            ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
            try "a: &x 1".write(toFile: "\(folder)/\(key).yaml", atomically: true, encoding: .utf8)
            let refusal = #expect(throws: ArchiveRefusal.self) { try files.read() }
            let paths = Set(refusal?.problems.map(\.path) ?? [])
            #expect(
                paths == [
                    "queries/notes.txt", "queries/\(other).sql", "queries/\(key.uppercased()).yaml",
                    "queries/\(key).yaml",
                    "queries/\(key).sql",
                ]
            )
        }
    }

    @Test func `a pipe does not hold the reader up, and what is no UTF-8 is said`() async throws {
        try await TestDirectory.with { directory in
            let files = ArchiveDirectory(directory)
            try files.write(Archive([try document()]))
            let path = "\(directory)/queries/\(key).yaml"
            try FileManager.default.removeItem(atPath: path)
            #expect(mkfifo(path, 0o600) == 0)
            #expect(throws: ArchiveDirectory.Failure.self) { try files.read() }
            try FileManager.default.removeItem(atPath: path)
            try Data([0xFF, 0xFE]).write(to: URL(filePath: path))
            #expect(throws: ArchiveDirectory.Failure.self) { try files.read() }
        }
    }

    @Test func `a path inside a file leads nowhere`() async throws {
        try await TestDirectory.with { directory in
            let files = ArchiveDirectory(directory)
            try files.write(Archive([try document()]))
            let yaml = "name: One\nsql: ../../../etc/passwd\nsql_file: /etc/passwd\n"
            try yaml.write(toFile: "\(directory)/queries/\(key).yaml", atomically: true, encoding: .utf8)
            #expect(try files.read().documents.first?.sql == "SELECT 1")
        }
    }
}
