import Foundation
import Testing

/// Keeps the dependency direction of docs/architecture.md: a module imports only what its row lists.
@Suite("Module rules")
struct ModuleRulesTests {
    /// For each module, the modules of ours and the outside ones that it may import.
    private static let rules: [String: Set<String>] = [
        "loupe": ["LoupeServer", "ArgumentParser"],
        "LoupeServer": [
            "LoupeAPI", "LoupeEngine", "LoupeServices", "LoupeConnectors", "LoupeResults", "LoupeNet", "LoupeStore",
            "LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", "Configuration",
            "ServiceLifecycle", "UnixSignals", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "NIOCore", "NIOSSL",
            "Logging",
        ],
        "LoupeAPI": [
            "LoupeServices", "LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeTelemetry", "LoupeCore",
            "Hummingbird",
            "HummingbirdCore", "HTTPTypes", "CAssets", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "Logging",
        ],
        "LoupeEngine": [
            "LoupeServices", "LoupeConnectors", "LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeTelemetry",
            "LoupeCore", "Logging", "ServiceLifecycle",
        ],
        "LoupeServices": [
            "LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeNet", "LoupeTelemetry", "LoupeCore", "Yams", "Logging",
        ],
        "LoupeConnectors": [
            "LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", "GRDBSQLite", "CPGQuery", "CSQLiteConfig",
            "Logging",
        ],
        "LoupeResults": ["LoupeStore", "LoupeNet", "LoupeTelemetry", "LoupeCore", "CZstd", "Logging"],
        "LoupeStore": [
            "LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", "GRDB", "GRDBSQLite", "Logging",
        ],
        "LoupeSecurity": ["LoupeCore", "Crypto", "JWTKit", "CArgon2", "CHiredis"],
        "LoupeNet": ["LoupeTelemetry", "LoupeCore", "CCurl"],
        "LoupePostgres": ["LoupeTelemetry", "LoupeCore", "CPQ", "Logging"],
        "LoupeTelemetry": ["LoupeCore", "Logging"],
        "LoupeCore": [],
    ]

    /// What comes with the toolchain and is open to all; LoupeCore has Foundation, Synchronization and, for
    /// what blocks, Dispatch alone.
    private static let toolchain: Set<String> = ["Foundation", "Dispatch", "Glibc", "Synchronization"]
    private static let core: Set<String> = ["Dispatch", "Foundation", "Synchronization"]

    @Test func `every module of the sources has a rule, and every rule a module`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        #expect(Set(folders.filter { $0.hasPrefix("Loupe") || $0 == "loupe" }) == Set(Self.rules.keys))
    }

    @Test(arguments: rules.keys.sorted())
    func `a module imports only what its rule lists`(module: String) throws {
        let allowed = Self.rules[module, default: []].union(module == "LoupeCore" ? Self.core : Self.toolchain)
        var fileCount = 0
        for file in try Self.swiftFiles(of: module) {
            fileCount += 1
            for imported in Self.imports(in: try String(contentsOf: file, encoding: .utf8)) {
                #expect(allowed.contains(imported), "\(file.lastPathComponent) of \(module) imports \(imported)")
            }
        }
        #expect(fileCount > 0)
    }

    @Test func `an import line is read in all its forms`() {
        let source = """
            import A
            package import B
            @testable public import struct C.D
              @preconcurrency import E  // why
            import func F.g
            // import G
            /// import H
            let text = "import I"
            """
        #expect(Self.imports(in: source) == ["A", "B", "C", "E", "F"])
    }

    @Test func `no rule lets two modules import each other`() {
        for (module, imports) in Self.rules {
            for imported in imports { #expect(Self.rules[imported]?.contains(module) != true) }
        }
    }

    private static var sources: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources")
    }

    private static func swiftFiles(of module: String) throws -> [URL] {
        let folder = sources.appending(path: module)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }.map { folder.appending(path: $0) }
    }

    private static func imports(in source: String) -> [String] {
        source.split(separator: "\n").compactMap { line in
            // Most lines are told apart without the regular expression, which is slow in a debug build.
            guard line.utf8.first(where: { $0 != 0x20 }).map({ Array("@fipu".utf8).contains($0) }) == true,
                let match = line.firstMatch(
                    of:
                        /^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)/
                )
            else { return nil }
            return String(match.1)
        }
    }
}
