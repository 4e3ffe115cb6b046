import Foundation

/// Runs a program to its end without holding a thread of the cooperative pool.
///
/// Foundation's `Process` is of no use here: it waits for an inherited socket to close, and a server started in the
/// background keeps that open for ever.
package enum TestProcess {
    package struct Failure: Error, CustomStringConvertible {
        let command: String
        let status: Int32
        var output: String

        package var description: String { "\(command) exited with \(status): \(output)" }
    }

    private static let environment = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8"]

    /// What the program printed, trimmed; throws `Failure` where it exits with anything but 0.
    @discardableResult
    package static func run(_ command: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue(label: "loupe.test-process").async { done.resume(with: Result { try runBlocking(command) }) }
        }
    }

    private static func runBlocking(_ command: [String]) throws -> String {
        // Output goes through a file for the same reason: a pipe would not end.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("loupe-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }  // a leftover in the temporary directory harms nobody
        let status = try spawn(["/usr/bin/env"] + command, output: file.path)
        let output = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard status == 0 else {
            throw Failure(command: command.joined(separator: " "), status: status, output: output)
        }
        return output
    }

    private static func spawn(_ arguments: [String], output: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process = pid_t()
        let failure = posix_spawn(&process, arguments[0], &actions, nil, &argv, &envp)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw POSIXError(.ECHILD) }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
