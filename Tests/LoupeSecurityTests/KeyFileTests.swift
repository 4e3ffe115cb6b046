import Foundation
import Glibc
import LoupeSecurity
import Testing

@Suite("Key file")
struct KeyFileTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "loupe-key-\(UUID())").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        try await body(directory + "/secret.key")
    }

    @Test func `a missing file is made once, for its owner alone`() async throws {
        try await withFile { path in
            let file = KeyFile(path: path)
            #expect(try file.read() == nil)
            let made = try file.readOrCreate()
            let again = try file.readOrCreate()
            #expect(made.first.secret == again.first.secret)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let left = try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent)
            #expect(left == ["secret.key"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o666] as [mode_t])
    func `a file that others can reach is refused`(mode: mode_t) async throws {
        try await withFile { path in
            _ = try KeyFile(path: path).readOrCreate()
            chmod(path, mode)
            #expect(throws: KeyFile.Failure.readableByOthers(path: path)) { try KeyFile(path: path).readOrCreate() }
        }
    }

    @Test func `a link or a directory is no key file`() async throws {
        try await withFile { path in
            _ = try KeyFile(path: path + ".real").readOrCreate()
            symlink(path + ".real", path)
            #expect(throws: KeyFile.Failure.notAFile(path: path)) { try KeyFile(path: path).read() }
            unlink(path)
            mkdir(path, 0o700)
            #expect(throws: KeyFile.Failure.notAFile(path: path)) { try KeyFile(path: path).read() }
        }
    }

    @Test func `a damaged file is an error, and is not replaced`() async throws {
        try await withFile { path in
            _ = FileManager.default.createFile(atPath: path, contents: Data("rubbish".utf8))
            chmod(path, 0o600)
            #expect(throws: KeyFile.Failure.invalid(path: path, .malformed(entry: 1))) {
                try KeyFile(path: path).readOrCreate()
            }
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            #expect(kept == "rubbish")
        }
    }

    @Test func `many that start at once get the same ring`() async throws {
        try await withFile { path in
            let secrets = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<16 { group.addTask { try KeyFile(path: path).readOrCreate().secretText } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(secrets.count == 1)
        }
    }

    @Test func `a directory that is not there is said so`() {
        let path = "/nonexistent-\(UUID())/secret.key"
        #expect(throws: KeyFile.Failure.system(path: path, errno: ENOENT)) { try KeyFile(path: path).readOrCreate() }
    }
}
