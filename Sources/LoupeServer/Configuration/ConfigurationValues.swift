import Foundation

/// What the server is used for; it decides what must be set.
package enum AppEnvironment: String, CaseIterable, Sendable {
    case development
    case staging
    case production
}

/// Which parts of Loupe a process is.
package enum ServerRole: String, CaseIterable, Sendable {
    /// All of them in one process.
    case serve
    case api
    case runner
    case scheduler

    var isServe: Bool { self == .serve }
}

/// Where the metadata is.
package enum StoreLocation: Hashable, Sendable {
    case sqlite(path: String)
    case postgres(PostgresURL)

    package var isSQLite: Bool {
        if case .sqlite = self { true } else { false }
    }
}

/// The URL of Loupe's own database. Its text is the client library's to read.
package struct PostgresURL: Hashable, Sendable, CustomStringConvertible {
    /// With the password.
    package let text: String

    package init?(_ text: String) {
        guard let scheme = ["postgres://", "postgresql://"].first(where: text.hasPrefix), text.count > scheme.count,
            !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F })
        else { return nil }
        self.text = text
    }

    /// Without the password.
    package var description: String { URLMask.withoutPassword(text) }
}

/// The URL of another service, which may hold a password.
package struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// With the password.
    package let text: String

    init(_ text: String) {
        self.text = text
    }

    package var description: String { URLMask.withoutPassword(text) }
}

/// Where results go that are too large for the store.
package enum ResultLocation: Hashable, Sendable {
    case store
    case directory(path: String)
}

/// A scheme, a host and perhaps a port: what a browser calls an origin.
package struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Lower case, without a slash at the end and without a scheme's own port.
    package let text: String
    package let host: String

    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else { return nil }
        let port = parts.port.map { $0 == (scheme == "http" ? 80 : 443) ? "" : ":\($0)" } ?? ""
        self.text = "\(scheme)://\(host)\(port)"
        self.host = host
    }

    package var isSecure: Bool { text.hasPrefix("https:") }
    package var description: String { text }
}

package enum DatabaseSSLMode: String, CaseIterable, Sendable {
    case disable
    case allow
    case prefer
    case require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"
}

package enum DatabaseSynchronous: String, CaseIterable, Sendable {
    case normal
    case full
}
