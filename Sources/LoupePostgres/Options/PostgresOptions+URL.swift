import LoupeCore

extension PostgresOptions {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`, the form of `DATABASE_URL`.
    ///
    /// Parts are percent-decoded. `?host=/directory` is a Unix socket, several hosts stand apart by commas. Of the
    /// query it takes `host`, `port`, `user`, `password`, `dbname`, `sslmode`, `sslrootcert`, `application_name`,
    /// `connect_timeout` (seconds) and `target_session_attrs`. Throws `LoupeError` `validation_failed`, which names
    /// what is wrong and never repeats a value.
    package init(url: String) throws {
        var rest = url[...]
        guard let scheme = ["postgres://", "postgresql://"].first(where: rest.hasPrefix) else {
            throw Self.invalid("must begin with postgres://")
        }
        rest.removeFirst(scheme.count)
        var query: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        var path: Substring = ""
        if let slash = rest.firstIndex(of: "/") {
            path = rest[rest.index(after: slash)...]
            rest = rest[..<slash]
        }
        self.init(host: "", database: try Self.decode(path, "database"), user: "")
        if let at = rest.lastIndex(of: "@") {
            try readUser(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if !rest.isEmpty {
            endpoints = try rest.split(separator: ",", omittingEmptySubsequences: false).map(Self.endpoint)
        }
        for part in query.split(separator: "&") {
            let name = part.prefix { $0 != "=" }
            guard name.endIndex < part.endIndex else { throw Self.invalid("an option has no value") }
            try set(String(name), try Self.decode(part[part.index(after: name.endIndex)...], String(name)))
        }
        try complete()
    }

    private mutating func readUser(_ text: Substring) throws {
        let name = text.prefix { $0 != ":" }
        user = try Self.decode(name, "user")
        if name.endIndex < text.endIndex {
            password = try Self.decode(text[text.index(after: name.endIndex)...], "password")
        }
    }

    private mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "host":
            let port = endpoints.first?.port ?? 5432
            endpoints = value.split(separator: ",").map { Endpoint(host: String($0), port: port) }
        case "port":
            let port = try Self.port(value[...])
            for index in endpoints.indices { endpoints[index].port = port }
        case "user": user = value
        case "password": password = value
        case "dbname": database = value
        case "sslmode": sslMode = try Self.choice(value, name)
        case "sslrootcert": rootCertificate = value
        case "application_name": applicationName = value
        case "connect_timeout":
            guard let seconds = Int(value), (1...300).contains(seconds) else {
                throw Self.invalid("connect_timeout must be 1 to 300 seconds")
            }
            connectTimeout = .seconds(seconds)
        case "target_session_attrs": targetSession = try Self.choice(value, name)
        default: throw Self.invalid("an option is not one of those that Loupe reads")
        }
    }

    private mutating func complete() throws {
        if user.isEmpty { throw Self.invalid("names no user") }
        if database.isEmpty { database = user }
        for index in endpoints.indices where endpoints[index].host.isEmpty { endpoints[index].host = "localhost" }
        let texts = [user, database, password ?? "", applicationName, rootCertificate ?? ""] + endpoints.map(\.host)
        if texts.contains(where: { $0.utf8.contains(0) }) { throw Self.invalid("holds a NUL") }
    }

    private static func endpoint(_ text: Substring) throws -> Endpoint {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw invalid("the address does not end with ]") }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw invalid("the port is not a number") }
            let host = String(text[text.index(after: text.startIndex)..<end])
            return Endpoint(host: host, port: rest.isEmpty ? 5432 : try port(rest.dropFirst()))
        }
        let host = text.prefix { $0 != ":" }
        let name = try decode(host, "host")
        guard host.endIndex < text.endIndex else { return Endpoint(host: name) }
        return Endpoint(host: name, port: try port(text[text.index(after: host.endIndex)...]))
    }

    private static func port(_ text: Substring) throws -> Int {
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw invalid("the port must be a number from 1 to 65535")
        }
        return port
    }

    private static func choice<Value: RawRepresentable>(_ text: String, _ name: String) throws -> Value
    where Value.RawValue == String, Value: CaseIterable {
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("\(name) must be one of \(names)")
        }
        return value
    }

    private static func decode(_ text: Substring, _ name: String) throws -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw invalid("the \(name) has a % that is not followed by two hexadecimal digits")
            }
            rest.removeFirst(2)
            bytes.append(value)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw invalid("the \(name) is not valid UTF-8")
        }
        return decoded
    }

    private static func invalid(_ message: String) -> LoupeError {
        .invalid("database_url", message)
    }
}
