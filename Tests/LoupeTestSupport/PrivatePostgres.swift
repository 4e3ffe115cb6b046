import Foundation

/// A throw-away PostgreSQL cluster of the test's own, to stop, restart and break.
package final class PrivatePostgres: Sendable {
    /// The host name in the certificate of a cluster with TLS.
    package static let certifiedHost = "postgres.loupe.test"

    package let port: Int
    /// Data, log and certificate lie here; removed at the end.
    package let directory: String
    private let usesTLS: Bool
    private let settings: [String]

    private init(port: Int, directory: String, usesTLS: Bool, settings: [String]) {
        self.port = port
        self.directory = directory
        self.usesTLS = usesTLS
        self.settings = settings
    }

    /// Of the superuser `postgres`, who needs no password.
    package var url: String { "postgres://postgres@127.0.0.1:\(port)/postgres" }

    /// The self-signed certificate of a cluster with TLS: its own authority.
    package var certificate: String { "\(directory)/server.crt" }

    /// Starts a cluster, gives it to `body` and removes it after. With `tls` it serves TLS by a certificate for
    /// `certifiedHost`; `settings` are such as `max_connections=5`.
    package static func withCluster<Value>(
        tls: Bool = false,
        settings: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PrivatePostgres) async throws -> Value
    ) async throws -> Value {
        let directory = try await asOwner(["mktemp", "-d", "/tmp/loupe-postgres.XXXXXX"])
        let cluster = PrivatePostgres(port: try freePort(), directory: directory, usesTLS: tls, settings: settings)
        do {
            try await cluster.create()
            try await cluster.start()
            let value = try await body(cluster)
            await cluster.remove()
            return value
        } catch {
            await cluster.remove()
            throw error
        }
    }

    package func start() async throws {
        var options = ["-p \(port)", "-k \(directory)"]
        var all = ["listen_addresses=127.0.0.1", "fsync=off", "log_min_messages=warning"] + settings
        if usesTLS {
            all += ["ssl=on", "ssl_cert_file=\(directory)/server.crt", "ssl_key_file=\(directory)/server.key"]
        }
        options += all.map { "-c \($0)" }
        do {
            try await Self.asOwner(
                [Self.program("pg_ctl"), "-D", "\(directory)/data", "-w", "-l", "\(directory)/log"]
                    + ["-o", options.joined(separator: " "), "start"]
            )
        } catch var failure as TestProcess.Failure {
            failure.output += "\n" + (try await Self.asOwner(["tail", "-n", "20", "\(directory)/log"]))
            throw failure
        }
    }

    /// Ends every session and the server; waits until it is down.
    package func stop() async throws {
        try await Self.asOwner([Self.program("pg_ctl"), "-D", "\(directory)/data", "-w", "-m", "fast", "stop"])
    }

    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// As a crash: no session is told anything.
    package func kill() async throws {
        let file = try String(contentsOfFile: "\(directory)/data/postmaster.pid", encoding: .utf8)
        guard let first = file.split(separator: "\n").first, let postmaster = Int32(first) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        let processes = ([postmaster] + Self.children(of: postmaster)).map(String.init)
        try await Self.asOwner(["kill", "-KILL"] + processes)
        // The next start refuses while one of them still holds the shared memory. A zombie holds nothing.
        let isAlive = "grep -qsv ') Z ' \(processes.map { "/proc/\($0)/stat" }.joined(separator: " "))"
        try await TestProcess.run(["sh", "-c", "while \(isAlive); do sleep 0.01; done"])
        // Where nobody reaps the zombie, its process id still looks taken.
        try await Self.asOwner(["rm", "-f", "\(directory)/data/postmaster.pid", "\(directory)/.s.PGSQL.\(port).lock"])
    }

    /// Replaces `pg_hba.conf`, such as `host all all all scram-sha-256`, for new connections.
    package func setAccess(_ lines: String) async throws {
        let file = "\(directory)/data/pg_hba.conf"
        try await Self.asOwner(["sh", "-c", "printf '%s' \"$1\" > \"$2\"", "sh", lines, file])
        try await Self.asOwner([Self.program("pg_ctl"), "-D", "\(directory)/data", "reload"])
    }

    private func create() async throws {
        try await Self.asOwner(
            [Self.program("initdb"), "-D", "\(directory)/data", "-A", "trust", "-U", "postgres", "--no-sync"]
                + ["-E", "UTF8", "--locale=C.UTF-8"]
        )
        guard usesTLS else { return }
        try await Self.asOwner(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-days", "2", "-subj", "/CN=\(Self.certifiedHost)"]
                + ["-addext", "subjectAltName=DNS:\(Self.certifiedHost)"]
                + ["-keyout", "\(directory)/server.key", "-out", "\(directory)/server.crt"]
        )
        try await Self.asOwner(["chmod", "600", "\(directory)/server.key"])
        // The test reads the certificate and the process id; both users may differ.
        try await Self.asOwner(["chmod", "755", directory])
    }

    private func remove() async {
        // Already stopped by the test, or past helping: the directory goes in either case.
        _ = try? await Self.asOwner(
            [Self.program("pg_ctl"), "-D", "\(directory)/data", "-w", "-m", "immediate", "stop"]
        )
        _ = try? await Self.asOwner(["rm", "-rf", directory])  // a leftover in /tmp harms nobody
    }
}

extension PrivatePostgres {
    /// PostgreSQL refuses to run as root: there, everything is done as `postgres`.
    @discardableResult
    private static func asOwner(_ command: [String]) async throws -> String {
        try await TestProcess.run((geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []) + command)
    }

    /// Debian keeps the server's programs out of the path, in a directory a version.
    private static func program(_ name: String) -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // elsewhere: in the path
        let newest = versions.compactMap(Int.init).max()
        return newest.map { "\(root)/\($0)/bin/\(name)" } ?? name
    }

    private static func children(of parent: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // no /proc: none are found
        return entries.compactMap(Int32.init).filter { process in
            // A process that ended meanwhile has no file, and needs no signal.
            guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let name = stat.lastIndex(of: ")")
            else { return false }
            return stat[name...].split(separator: " ").dropFirst(2).first.flatMap { Int32($0) } == parent
        }
    }

    /// A port that nobody listened on a moment ago.
    static func freePort() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(handle, generic, length) == 0 && getsockname(handle, generic, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
