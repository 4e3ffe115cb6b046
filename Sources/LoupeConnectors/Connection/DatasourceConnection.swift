import LoupeCore

/// Where a datasource is and how to sign in, read from a connection string or from fields.
///
/// Nothing that is not on the list of allowed keys gets to a driver: `service`, `passfile` or `hostaddr` would reach files
/// and hosts behind Loupe's back.
package enum DatasourceConnection: Hashable, Sendable {
    case postgres(PostgresTarget)
    /// An absolute path; whether it lies in an allowed directory is for `SQLiteFile` to say.
    case sqlite(path: String)

    /// Reads `postgres://user:password@host:port,host:port/database?sslmode=require` or `sqlite:/path`.
    ///
    /// User and password may be percent-encoded or stand as they are, whatever is in them. Throws `LoupeError` with
    /// `.validationFailed`, naming the key but never repeating the string.
    package init(string: String) throws {
        guard string.utf8.count <= 8192, !string.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw LoupeError.invalid("connection_string", "must be one line of at most 8,192 bytes")
        }
        if let rest = string.dropping(prefix: "postgres://") ?? string.dropping(prefix: "postgresql://") {
            self = .postgres(try PostgresURL.parse(rest))
        } else if let rest = string.dropping(prefix: "sqlite:") {
            self = .sqlite(path: try DatasourceConnection.path(String(rest)))
        } else {
            throw LoupeError.invalid("connection_string", "must begin with postgres:// or sqlite:/")
        }
    }

    private static func path(_ text: String) throws -> String {
        var path = Substring(text)
        while path.hasPrefix("//") { path.removeFirst() }
        guard path.hasPrefix("/") else {
            throw LoupeError.invalid("connection_string", "the path of a SQLite file must be absolute")
        }
        guard !path.contains("?"), !path.contains("#") else {
            throw LoupeError.invalid("connection_string", "parameters are not allowed for SQLite")
        }
        return String(path)
    }

    /// What `init(string:)` reads back as the same value. With the password it is a secret, to be sealed.
    package func url(withPassword: Bool) -> String {
        switch self {
        case .postgres(let target): target.url(withPassword: withPassword)
        case .sqlite(let path): "sqlite:\(path)"
        }
    }

    /// What editors and admins may see.
    package var summary: Summary {
        switch self {
        case .postgres(let target): target.summary
        case .sqlite(let path): Summary(database: path)
        }
    }

    package var password: Password? {
        switch self {
        case .postgres(let target): target.password
        case .sqlite: nil
        }
    }

    /// The API's `connection`; a SQLite file has its path as `database` alone.
    package struct Summary: Hashable, Sendable {
        /// Several are parted by commas, with their ports where these differ.
        package var host: String?
        package var port: Int?
        package var database: String?
        package var user: String?
        package var sslmode: String?

        package init(
            host: String? = nil,
            port: Int? = nil,
            database: String? = nil,
            user: String? = nil,
            sslmode: String? = nil
        ) {
            self.host = host
            self.port = port
            self.database = database
            self.user = user
            self.sslmode = sslmode
        }
    }
}

extension DatasourceConnection: CustomStringConvertible {
    /// Without the password.
    package var description: String { url(withPassword: false) }
}

extension String {
    fileprivate func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
