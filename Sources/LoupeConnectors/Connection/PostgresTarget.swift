import LoupeCore

/// A PostgreSQL server, or several of which one answers, and how to sign in.
package struct PostgresTarget: Hashable, Sendable {
    package struct Host: Hashable, Sendable {
        /// A host name, an address without brackets, or a socket's directory that begins with `/` or `@`.
        package var name: String
        package var port: Int

        package init(name: String, port: Int = 5432) {
            self.name = name
            self.port = port
        }

        package var isLocalSocket: Bool { name.hasPrefix("/") || name.hasPrefix("@") }
    }

    package enum SSLMode: String, CaseIterable, Sendable {
        case disable
        case allow
        case prefer
        case require
        case verifyCA = "verify-ca"
        case verifyFull = "verify-full"
    }

    package enum SessionAttributes: String, CaseIterable, Sendable {
        case any
        case readWrite = "read-write"
        case readOnly = "read-only"
        case primary
        case standby
        case preferStandby = "prefer-standby"
    }

    /// At least one.
    package var hosts: [Host]
    package var database: String
    package var user: String
    package var password: Password?
    package var sslMode: SSLMode
    package var applicationName: String?
    /// 1…300 s; nil leaves it to Loupe.
    package var connectTimeout: Duration?
    package var sessionAttributes: SessionAttributes

    package init(
        hosts: [Host],
        database: String,
        user: String,
        password: Password? = nil,
        sslMode: SSLMode = .prefer,
        applicationName: String? = nil,
        connectTimeout: Duration? = nil,
        sessionAttributes: SessionAttributes = .any
    ) {
        self.hosts = hosts
        self.database = database
        self.user = user
        self.password = password
        self.sslMode = sslMode
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.sessionAttributes = sessionAttributes
    }

    /// Reads the API's `connection` with its `password` apart; every offending field is named in one `LoupeError`.
    package init(fields: DatasourceConnection.Summary, password: String?) throws {
        var options = ConnectionOptions(field: nil)
        options.set("host", fields.host)
        options.set("port", fields.port.map { String($0) })
        options.set("dbname", fields.database)
        options.set("user", fields.user)
        options.set("sslmode", fields.sslmode)
        options.set("password", password)
        self = try options.target()
    }

    /// Hosts that are sockets need the server's leave.
    package func check(allowsLocalSockets: Bool) throws {
        if !allowsLocalSockets, hosts.contains(where: \.isLocalSocket) {
            throw LoupeError.invalid("host", "local sockets are not allowed on this server")
        }
    }
}

extension PostgresTarget {
    package var summary: DatasourceConnection.Summary {
        let ports = Set(hosts.map(\.port))
        let common = ports.count == 1 ? ports.first : nil
        return DatasourceConnection.Summary(
            host: hosts.map { common == nil ? $0.text : $0.name }.joined(separator: ","),
            port: common,
            database: database,
            user: user,
            sslmode: sslMode.rawValue
        )
    }

    func url(withPassword: Bool) -> String {
        var url = "postgres://" + PercentCoding.encode(user)
        if withPassword, let password { url += ":" + PercentCoding.encode(password.reveal()) }
        url += "@" + hosts.map { "\($0.urlName):\($0.port)" }.joined(separator: ",")
        url += "/" + PercentCoding.encode(database) + "?sslmode=" + sslMode.rawValue
        if let applicationName { url += "&application_name=" + PercentCoding.encode(applicationName) }
        if let connectTimeout { url += "&connect_timeout=\(connectTimeout.components.seconds)" }
        if sessionAttributes != .any { url += "&target_session_attrs=" + sessionAttributes.rawValue }
        return url
    }
}

extension PostgresTarget.Host {
    /// With its port, for a list of hosts with several.
    var text: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }

    fileprivate var urlName: String { name.contains(":") && !isLocalSocket ? "[\(name)]" : PercentCoding.encode(name) }
}
