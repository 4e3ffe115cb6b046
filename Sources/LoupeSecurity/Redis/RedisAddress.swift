import Foundation
package import LoupeCore

/// Where a Redis server is and how to sign in, from `redis://user:password@host:port/database`.
package struct RedisAddress: Sendable {
    let host: String
    let port: Int32
    let user: String?
    let password: String?
    let database: Int

    /// Throws `validationFailed`, in words that repeat no part of the URL.
    package init(url: String) throws(LoupeError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            throw LoupeError(.validationFailed, "must be redis://user:password@host:port/database")
        }
        guard parts.scheme == "redis" else {
            throw LoupeError(.validationFailed, "must begin with redis://: TLS to Redis is not spoken")
        }
        guard (1...65_535).contains(parts.port ?? 6379), parts.query == nil, parts.fragment == nil,
            let database = RedisAddress.database(parts.path)
        else { throw LoupeError(.validationFailed, "must be redis://user:password@host:port/database") }
        // IPv6 addresses stand in brackets.
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = Int32(parts.port ?? 6379)
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password
        self.database = database
    }

    private static func database(_ path: String) -> Int? {
        let text = path.drop { $0 == "/" }
        guard !text.isEmpty else { return 0 }
        guard let number = Int(text), (0...1_000_000).contains(number) else { return nil }
        return number
    }
}
