import Foundation
import Logging
import LoupeCore
import LoupeTelemetry
import Testing

@Suite("Log")
struct LogTests {
    /// What loggers write, in the order in which they wrote it.
    private func written(
        _ format: LogFormat,
        level: Logger.Level = .trace,
        by body: (Logger) throws -> Void
    ) throws -> [String] {
        let pipe = Pipe()
        let settings = LogSettings(
            level: level,
            format: format,
            output: LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor),
            now: { Timestamp(milliseconds: 1_769_851_800_007) }
        )
        try body(settings.logger("loupe.test"))
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test func `a text entry is a line with its metadata sorted`() throws {
        let lines = try written(.text) { logger in
            logger.info(
                "request completed",
                metadata: ["http.status": "200", "a": "with space", "b": "", "c": ["x", "y"]]
            )
            logger.warning("no metadata")
        }
        #expect(
            lines == [
                "2026-01-31T09:30:00.007Z info loupe.test: request completed a=\"with space\" b=\"\" c=[\"x\",\"y\"] "
                    + "http.status=200",
                "2026-01-31T09:30:00.007Z warning loupe.test: no metadata",
            ]
        )
    }

    @Test func `a JSON entry is an object that a parser reads back`() throws {
        let lines = try written(.json) { logger in
            logger.error(
                "failed \"badly\"",
                metadata: ["n": .stringConvertible(5), "s": "5", "yes": .stringConvertible(true), "d": ["k": "v\n"]]
            )
        }
        let entry = try JSONValue(parsing: try #require(lines.first))
        #expect(
            entry == [
                "time": "2026-01-31T09:30:00.007Z", "level": "error", "logger": "loupe.test",
                "message": "failed \"badly\"", "metadata": ["n": 5, "s": "5", "yes": true, "d": ["k": "v\n"]],
            ]
        )
    }

    @Test(arguments: LogFormat.allCases)
    func `no control character gets out, and an entry stays one line`(format: LogFormat) throws {
        let scalars = (0..<0xA0).map { UnicodeScalar(UInt8($0)) } + ["\u{2028}", "\u{2029}"]
        let nasty = String(String.UnicodeScalarView(scalars)) + "é€😀"
        let lines = try written(format) { logger in
            logger.info("\(nasty)", metadata: ["\(nasty)": "\(nasty)", "list": ["\(nasty)"]])
        }
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(!line.contains("\u{2028}") && !line.contains("\u{2029}"))
        #expect(line.contains("\\u001b") && line.contains("\\u009b") && line.contains("\\n") && line.contains("é€😀"))
        if format == .json, case .object(let entry) = try JSONValue(parsing: line) {
            #expect(entry["message"] == .string(nasty))
        }
    }

    @Test func `what is below the level is not written, nor built`() throws {
        let lines = try written(.text, level: .warning) { logger in
            logger.info("\(unexpected())")
            logger.error("seen")
        }
        #expect(lines.count == 1)
    }

    private func unexpected() -> String {
        Issue.record("a message below the level was built")
        return ""
    }

    @Test func `the entry's metadata wins over the logger's, and copies are apart`() throws {
        let lines = try written(.text) { logger in
            var first = logger
            first[metadataKey: "run.id"] = "1"
            var second = first
            second[metadataKey: "run.id"] = "2"
            first.info("x")
            second.info("x")
            second.info("x", metadata: ["run.id": "3"])
        }
        #expect(lines.map { $0.suffix(8) } == ["run.id=1", "run.id=2", "run.id=3"])
    }

    @Test func `many writers at once never mix their lines`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "loupe-log-\(UUID())").path
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        let file = try #require(FileHandle(forWritingAtPath: path))
        let settings = LogSettings(
            level: .info,
            format: .json,
            output: LogOutput(descriptor: file.fileDescriptor),
            now: { Timestamp(milliseconds: 0) }
        )
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let logger = settings.logger("loupe.test")
                    for _ in 0..<50 { logger.info("\(String(repeating: "\(writer)", count: 10_000))") }
                }
            }
        }
        try file.close()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 400)
        for line in lines { #expect(throws: Never.self) { try JSONValue(parsing: String(line)) } }
    }

    @Test func `a log that nobody reads any more does not stop the writer`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let output = LogOutput(descriptor: -1)
        LogSettings(level: .info, format: .text, output: output, now: { Timestamp(milliseconds: 0) })
            .logger("loupe.test").info("into nothing")
    }
}

@Suite("Secret")
struct SecretTests {
    private struct Connection {
        var user = "me"
        var password = Secret("hunter2")
    }

    @Test func `no way of printing shows it`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Connection(), to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), "\(Connection())", String(reflecting: Connection()),
            "\([secret])", "\(Optional(secret) as Any)", dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("•••"))
        }
        #expect(secret.reveal() == "hunter2")
    }
}
