import CPQ
import Foundation
import LoupeCore

/// One try to open a session on one address. Blocks: runs on a connection's executor.
struct ConnectAttempt {
    let options: PostgresOptions
    let endpoint: PostgresOptions.Endpoint
    let target: PostgresOptions.TargetSession
    let link: PostgresLink
    let deadline: ContinuousClock.Instant

    /// Throws `PostgresConnectError`, or `CancellationError` where the link was abandoned.
    func open() throws -> OpaquePointer {
        LibpqEnvironment.remove()
        let parameters = self.parameters
        let keywords = CStrings(parameters.map(\.0))
        let values = CStrings(parameters.map(\.1))
        guard let connection = PQconnectStartParams(keywords.pointers, values.pointers, 0) else {
            throw PostgresConnectError(.other)
        }
        do {
            try finish(connection)
            return connection
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    private func finish(_ connection: OpaquePointer) throws {
        // The text of a refusal then is `FATAL:  28P01`: libpq 15 gives a connection's SQLSTATE in no other way.
        PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE)
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        var phase = PQstatus(connection)
        if phase == CONNECTION_BAD { throw failure(connection, in: CONNECTION_STARTED) }
        var isReading = false
        while true {
            try wait(PQsocket(connection), reading: isReading)
            let state = PQconnectPoll(connection)
            switch state {
            case PGRES_POLLING_OK:
                PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
                return
            case PGRES_POLLING_READING: isReading = true
            case PGRES_POLLING_WRITING: isReading = false
            default: throw failure(connection, in: phase)
            }
            phase = PQstatus(connection)
        }
    }

    private func wait(_ socket: Int32, reading: Bool) throws {
        let events = SocketWait(socket: socket, wake: link.wakeDescriptor, reading: reading, writing: !reading)
        switch events.run(until: deadline) {
        case .ready: return
        case .woken: throw CancellationError()
        case .deadline: throw PostgresConnectError(.timeout)
        }
    }

    /// The reason by what the server said, else by how far the connection came.
    private func failure(_ connection: OpaquePointer, in phase: ConnStatusType) -> PostgresConnectError {
        let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        if let state = Self.sqlState(in: message) { return PostgresConnectError(sqlState: state) }
        switch phase {
        case CONNECTION_STARTED, CONNECTION_NEEDED:
            return SocketProbe(endpoint: endpoint, deadline: deadline).failure ?? PostgresConnectError(.other)
        case CONNECTION_SSL_STARTUP: return PostgresConnectError(.tls)
        case CONNECTION_CHECK_WRITABLE, CONNECTION_CHECK_STANDBY, CONNECTION_CHECK_TARGET, CONNECTION_CONSUME:
            return PostgresConnectError(.wrongKind)
        default:
            if PQconnectionNeedsPassword(connection) == 1 { return PostgresConnectError(.password) }
            return PostgresConnectError(target == .any ? .other : .wrongKind)
        }
    }

    /// The code at the end of `… FATAL:  28P01`, whose word may be translated.
    static func sqlState(in message: String) -> String? {
        let line = message.split(separator: "\n").last ?? ""
        guard line.utf8.count > 8, line.dropLast(5).hasSuffix(":  ") else { return nil }
        let code = line.suffix(5)
        let isCode = code.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        return isCode ? String(code) : nil
    }
}

extension ConnectAttempt {
    /// A path at which there is nothing: libpq looks into the account's home where it is given none.
    private static let nowhere = "/nonexistent/loupe"
    /// Debian's bundle. libpq 15 cannot be told `system`.
    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    /// Every option that could otherwise come from elsewhere. libpq takes an empty value as none at all.
    private var parameters: [(String, String)] {
        let root = options.sslMode.verifies ? options.rootCertificate ?? Self.systemAuthorities : Self.nowhere
        var list = [
            ("host", endpoint.host), ("port", String(endpoint.port)), ("dbname", options.database),
            ("user", options.user), ("password", options.password ?? ""), ("passfile", Self.nowhere),
            ("application_name", options.applicationName), ("client_encoding", "UTF8"),
            ("sslmode", endpoint.isUnixSocket ? "disable" : options.sslMode.rawValue), ("sslrootcert", root),
            ("sslcert", Self.nowhere), ("sslkey", Self.nowhere), ("sslcrl", Self.nowhere), ("sslsni", "1"),
            ("ssl_min_protocol_version", "TLSv1.2"), ("channel_binding", "prefer"), ("gssencmode", "disable"),
            ("krbsrvname", "postgres"), ("target_session_attrs", target.rawValue),
            ("connect_timeout", String(max(2, options.connectTimeout.components.seconds))),
        ]
        if let address = endpoint.hostAddress { list.append(("hostaddr", address)) }
        if let keepalive = options.keepalive {
            list += [
                ("keepalives", "1"), ("keepalives_idle", String(max(1, keepalive.idle.components.seconds))),
                ("keepalives_interval", String(max(1, keepalive.interval.components.seconds))),
                ("keepalives_count", String(keepalive.count)),
            ]
        }
        if let timeout = options.unacknowledgedTimeout {
            list.append(("tcp_user_timeout", String(timeout.wholeMilliseconds)))
        }
        return list
    }
}

/// An array of C strings that ends with a null pointer.
private final class CStrings {
    private var owned: [UnsafeMutablePointer<CChar>?]
    var pointers: [UnsafePointer<CChar>?] { owned.map { $0.map { UnsafePointer($0) } } }

    init(_ texts: [String]) {
        owned = texts.map { strdup($0) } + [nil]
    }

    deinit {
        for text in owned { free(text) }
    }
}
