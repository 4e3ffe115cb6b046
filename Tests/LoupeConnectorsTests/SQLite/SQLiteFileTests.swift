import Foundation
import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("Which SQLite files are opened")
struct SQLiteFileTests {
    private func test(_ path: String, in directory: String, refusing files: [String] = []) async -> String {
        let configuration = SQLiteConnector.Configuration(path: path, directories: [directory], refusedFiles: files)
        let connector = SQLiteConnector(configuration)
        let result = await connector.test()
        #expect(result.success == (result.message == "Connected"))
        return result.message
    }

    @Test("A database in an allowed directory connects")
    func connects() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a)")
        #expect(await test(fixture.path, in: fixture.directory) == "Connected")
        let lastPart = (fixture.directory as NSString).lastPathComponent
        #expect(await test(fixture.directory + "/./data.db", in: fixture.directory + "/../" + lastPart) == "Connected")
    }

    @Test("Links, dots and other directories do not lead outside, and nothing outside is told apart")
    func outside() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a)")
        let inside = fixture.directory + "/inside"
        let files = FileManager.default
        try files.createDirectory(atPath: inside, withIntermediateDirectories: true)
        try files.createDirectory(atPath: fixture.directory + "/insider", withIntermediateDirectories: true)
        try files.copyItem(atPath: fixture.path, toPath: fixture.directory + "/insider/data.db")
        try files.createSymbolicLink(atPath: inside + "/link.db", withDestinationPath: fixture.path)
        try files.createSymbolicLink(atPath: inside + "/dir", withDestinationPath: fixture.directory)
        let paths = [
            fixture.path, inside + "/../data.db", inside + "/link.db", inside + "/dir/data.db", "/etc/passwd",
            "/nowhere",
            "/nowhere/x.db", fixture.directory + "/insider/data.db", "data.db", "file:\(fixture.path)?mode=rw",
        ]
        for path in paths {
            #expect(await test(path, in: inside) == "The file is not in a directory that this server allows")
        }
        #expect(await test(inside + "/missing.db", in: inside) == "There is no such file")
        #expect(
            await test(inside + "/dir", in: fixture.directory)
                == "The file is not in a directory that this server allows"
        )
    }

    @Test("What is no SQLite database is said in plain words")
    func plainWords() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES (1);")
        let directory = fixture.directory
        let text = Data(String(repeating: "not a database ", count: 100).utf8)
        try text.write(to: URL(fileURLWithPath: directory + "/text.db"))
        #expect(
            await test(directory + "/text.db", in: directory) == "The file is not a SQLite database, or it is encrypted"
        )
        try FileManager.default.createDirectory(atPath: directory + "/folder.db", withIntermediateDirectories: true)
        #expect(await test(directory + "/folder.db", in: directory) == "This is not a regular file")
        #expect(mkfifo(directory + "/pipe.db", 0o600) == 0)
        #expect(await test(directory + "/pipe.db", in: directory) == "This is not a regular file")
        try FileManager.default.copyItem(atPath: fixture.path, toPath: directory + "/damaged.db")
        let damaged = try FileHandle(forWritingTo: URL(fileURLWithPath: directory + "/damaged.db"))
        try damaged.seek(toOffset: 100)
        try damaged.write(contentsOf: Data(repeating: 0xAB, count: 200))
        try damaged.close()
        #expect(await test(directory + "/damaged.db", in: directory) == "The database file is damaged")
    }

    @Test("Loupe's own file is refused, also through a hard link")
    func ownFile() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a)")
        let link = fixture.directory + "/other.db"
        try FileManager.default.linkItem(atPath: fixture.path, toPath: link)
        for path in [fixture.path, link] {
            let message = await test(path, in: fixture.directory, refusing: [fixture.path])
            #expect(message == "This is Loupe's own database")
        }
        let failure = try await fixture.connector(refusedFiles: [fixture.path]).failure("SELECT 1")
        #expect(failure?.code == "SQLITE_CANTOPEN")
    }

    @Test("A file put in the place of another is read in its stead")
    func replaced() async throws {
        let fixture = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES ('old');")
        let connector = fixture.connector(maxConcurrency: 1)
        #expect(try await connector.rows("SELECT a FROM t") == [#"["old"]"#])
        let other = try SQLiteFixture("CREATE TABLE t (a); INSERT INTO t VALUES ('new');")
        #expect(rename(other.path, fixture.path) == 0)
        #expect(try await connector.rows("SELECT a FROM t") == [#"["new"]"#])
    }
}
