/// How to reach a PostgreSQL database and how to hold the connection.
///
/// Nothing outside it counts: no `PG*` variable, password file, service file or client certificate of the account
/// that runs the process.
package struct PostgresOptions: Sendable, Hashable {
    /// Tried in order until one answers as `targetSession` wants.
    package var endpoints: [Endpoint]
    package var database: String
    package var user: String
    package var password: String?
    package var sslMode: SSLMode
    /// PEM file of the authorities that `verify-ca` and `verify-full` trust; nil is the system's.
    package var rootCertificate: String?
    package var applicationName: String
    /// For resolving, connecting, TLS and authentication together.
    package var connectTimeout: Duration
    package var targetSession: TargetSession
    /// Nil leaves a silent connection to the operating system, which gives it up after two hours.
    package var keepalive: Keepalive?
    /// How long sent bytes may stay unacknowledged. Nil is the operating system's, about fifteen minutes.
    package var unacknowledgedTimeout: Duration?
    /// Session settings made once after connecting, such as `search_path`.
    package var settings: [String: String]
    /// Zero switches prepared statements off, for poolers that cannot carry them.
    package var preparedStatementLimit: Int

    package init(
        host: String,
        port: Int = 5432,
        database: String,
        user: String,
        password: String? = nil,
        sslMode: SSLMode = .prefer,
        connectTimeout: Duration = .seconds(10)
    ) {
        endpoints = [Endpoint(host: host, port: port)]
        self.database = database
        self.user = user
        self.password = password
        self.sslMode = sslMode
        applicationName = "loupe"
        self.connectTimeout = connectTimeout
        targetSession = .any
        keepalive = Keepalive()
        unacknowledgedTimeout = .seconds(30)
        settings = [:]
        preparedStatementLimit = 256
    }

    /// A server's name and, where it was resolved and checked before, the address to use for it.
    package struct Endpoint: Sendable, Hashable {
        /// A host name, an address, or the directory of a Unix socket.
        package var host: String
        /// Numeric. TLS still checks the certificate against `host`.
        package var hostAddress: String?
        package var port: Int

        package init(host: String, hostAddress: String? = nil, port: Int = 5432) {
            self.host = host
            self.hostAddress = hostAddress
            self.port = port
        }

        package var isUnixSocket: Bool { host.hasPrefix("/") || host.hasPrefix("@") }
    }

    package enum SSLMode: String, CaseIterable, Sendable {
        case disable
        case allow
        case prefer
        case require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"

        var verifies: Bool { self == .verifyCA || self == .verifyFull }
    }

    package enum TargetSession: String, CaseIterable, Sendable {
        case any
        case readWrite = "read-write"
        case readOnly = "read-only"
        case primary
        case standby
        case preferStandby = "prefer-standby"
    }

    /// A probe after `idle` of silence, then each `interval`; lost after `count` without an answer.
    package struct Keepalive: Sendable, Hashable {
        package var idle: Duration
        package var interval: Duration
        package var count: Int

        package init(idle: Duration = .seconds(10), interval: Duration = .seconds(10), count: Int = 3) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }
}

extension PostgresOptions: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the password, as it may land in a log.
    package var description: String {
        let hosts = endpoints.map { "\($0.host):\($0.port)" }.joined(separator: ",")
        return "postgres://\(user)@\(hosts)/\(database)?sslmode=\(sslMode.rawValue)"
    }

    package var debugDescription: String { description }

    /// `dump` and string interpolation of what holds it must not find the password either.
    package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
