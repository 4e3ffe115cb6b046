import LoupeCore

/// Gathers the options of a connection, and every problem with them, into a target or one error.
struct ConnectionOptions {
    static let allowed: Set<String> = [
        "host", "port", "dbname", "user", "password", "sslmode", "application_name", "connect_timeout",
        "target_session_attrs",
    ]

    /// Of libpq 17, besides the allowed ones.
    private static let known: Set<String> = [
        "channel_binding", "client_encoding", "fallback_application_name", "gssdelegation", "gssencmode", "gsslib",
        "hostaddr", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname",
        "load_balance_hosts", "options", "passfile", "replication", "require_auth", "requirepeer", "requiressl",
        "service", "ssl", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcertmode",
        "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslnegotiation", "sslpassword", "sslrootcert", "sslsni",
        "tcp_user_timeout",
    ]

    /// What problems are filed under; nil files each under its own field.
    let field: String?
    private var values: [String: String] = [:]
    private var problems: [LoupeError.Detail] = []

    init(field: String?) {
        self.field = field
    }

    /// An empty value is no value, as for libpq.
    mutating func set(_ key: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        if !ConnectionOptions.allowed.contains(key) {
            // Only libpq's own names are repeated: what stands there may be a piece of a password with a `?` in it.
            let name = ConnectionOptions.known.contains(key) ? key : "an unknown key"
            report("connection_string", "\(name) is not an allowed key")
        } else if values.updateValue(value, forKey: key) != nil {
            report(key, "is given twice")
        } else if value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            report(key, "has a control character")
        } else if value.utf8.count > 1024 {
            report(key, "is longer than 1,024 bytes")
        }
    }

    mutating func target() throws -> PostgresTarget {
        let hosts = self.hosts()
        let user = values["user"] ?? ""
        if user.isEmpty { report("user", "is missing") }
        let sslMode = word("sslmode", PostgresTarget.SSLMode.self) ?? .prefer
        let attributes = word("target_session_attrs", PostgresTarget.SessionAttributes.self) ?? .any
        let timeout = number("connect_timeout", in: 1...300).map { Duration.seconds($0) }
        if let first = problems.first {
            throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
        }
        return PostgresTarget(
            hosts: hosts,
            database: values["dbname"] ?? user,
            user: user,
            password: values["password"].map(Password.init),
            sslMode: sslMode,
            applicationName: values["application_name"],
            connectTimeout: timeout,
            sessionAttributes: attributes
        )
    }

    private mutating func report(_ key: String, _ message: String) {
        let shown = key == "dbname" ? "database" : key
        let detail =
            field.map { LoupeError.Detail(field: $0, message: $0 == key ? message : "\(shown) \(message)") }
            ?? LoupeError.Detail(field: shown, message: message)
        problems.append(detail)
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let value = values[key] else { return nil }
        if let word = Word(rawValue: value) { return word }
        report(key, "must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        return nil
    }

    private mutating func number(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = values[key] else { return nil }
        if let number = Int(value), range.contains(number) { return number }
        report(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// `a`, `a:5433,b`, `[::1]:5432`; ports may stand in `port` as well, one for all or one a host, as for libpq.
    private mutating func hosts() -> [PostgresTarget.Host] {
        guard let list = values["host"] else {
            report("host", "is missing")
            return []
        }
        let names = list.split(separator: ",", omittingEmptySubsequences: false)
        let ports = (values["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        guard names.count <= 16, ports.count <= 1 || ports.count == names.count else {
            report("port", "must be one for all hosts or one for each, and there are at most 16 hosts")
            return []
        }
        return names.enumerated().compactMap { index, name in
            host(name, port: ports.isEmpty ? "" : ports[ports.count == 1 ? 0 : index])
        }
    }

    private mutating func host(_ text: Substring, port: Substring) -> PostgresTarget.Host? {
        var name = text
        var port = port
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return badHost() }
            name = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            if after.hasPrefix(":") { port = after.dropFirst() } else if !after.isEmpty { return badHost() }
            guard name.contains(":") else { return badHost() }
        } else if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].contains(":") == false {
            name = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard isHost(name) else { return badHost() }
        guard !port.isEmpty else { return PostgresTarget.Host(name: String(name)) }
        guard let number = Int(port), (1...65_535).contains(number) else {
            report("port", "must be a number from 1 to 65535")
            return nil
        }
        return PostgresTarget.Host(name: String(name), port: number)
    }

    private mutating func badHost() -> PostgresTarget.Host? {
        report("host", "is not a host name or address")
        return nil
    }

    private func isHost(_ name: Substring) -> Bool {
        if name.hasPrefix("/") || name.hasPrefix("@") { return name.count > 1 && !name.contains(":") }
        let isAddress = name.contains(":")
        return !name.isEmpty && name.utf8.count <= 253 && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                SQLLexer.isDigit(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: ".")
                    || (isAddress ? byte == UInt8(ascii: ":") : byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_"))
            }
    }
}
