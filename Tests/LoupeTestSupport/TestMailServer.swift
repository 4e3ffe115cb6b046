import Foundation
import Glibc

/// A mail server of the tests' own: aiosmtpd on a free loopback port, whose mails are files in a directory.
package final class TestMailServer: Sendable {
    package enum Behaviour: String, Sendable {
        /// Takes every mail.
        case taking
        /// Answers every recipient with 550.
        case refusing
        /// Wants the user `loupe` with the password `hunter2`.
        case authenticating
    }

    package struct Failure: Error {
        let reason: String
    }

    package let port: Int
    private let process: pid_t
    private let directory: String

    /// Gives `body` a server, and ends it after.
    package static func with<Value>(
        _ behaviour: Behaviour = .taking,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestMailServer) async throws -> Value
    ) async throws -> Value {
        try await TestDirectory.with { directory in
            let server = try await TestMailServer(behaviour, directory)
            defer { server.stop() }
            return try await body(server)
        }
    }

    /// The mails so far, as they came over the wire: the envelope in the first two lines.
    package var mails: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".eml") }.sorted()
                .map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }
        }
    }

    private init(_ behaviour: Behaviour, _ directory: String) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = root.appending(path: ".venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failure(reason: ".venv has no python; scripts/setup makes it")
        }
        self.directory = directory
        let script = root.appending(path: "Tests/LoupeTestSupport/mail-server.py").path
        (process, port) = try await withCheckedThrowingContinuation { done in
            DispatchQueue(label: "loupe.test-mail").async {
                done.resume(with: Result { try Self.start([python, script, behaviour.rawValue, directory]) })
            }
        }
    }

    /// Starts the program and waits for the line with its port.
    private static func start(_ arguments: [String]) throws -> (pid_t, Int) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(reason: "no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for text in argv + envp { free(text) } }
        var process = pid_t()
        let failure = posix_spawn(&process, arguments[0], &actions, nil, &argv, &envp)
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { throw Failure(reason: "the server did not start: \(failure)") }
        var text = ""
        var byte: UInt8 = 0
        while read(ends[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { text.append(Character(UnicodeScalar(byte))) }
        guard let port = Int(text) else {
            waitpid(process, nil, 0)
            throw Failure(reason: "the server said: \(text)")
        }
        return (process, port)
    }

    private func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }
}
