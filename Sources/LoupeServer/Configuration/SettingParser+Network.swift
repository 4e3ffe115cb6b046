import Foundation
import LoupeCore
import LoupePostgres
import LoupeSecurity

extension SettingParser where Value == AddressRange {
    static let addressRange = SettingParser(form: "an IP address or range (`10.0.0.0/8`)") {
        text throws(SettingProblem) in
        guard let range = AddressRange(text) else {
            throw SettingProblem(message: "must be IP addresses or ranges such as 10.0.0.0/8")
        }
        return range
    }
}

extension SettingParser where Value == WebOrigin {
    static let origin = SettingParser(form: "`https://loupe.example.com`") { text throws(SettingProblem) in
        guard let origin = WebOrigin(text) else {
            throw SettingProblem(message: "must be http:// or https:// and a host, without path, query or user")
        }
        return origin
    }
}

extension SettingParser where Value == StoreLocation {
    static let storeLocation = SettingParser(form: "`sqlite:PATH` or `postgres://user:password@host:port/database`") {
        text throws(SettingProblem) in
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            guard !path.isEmpty, !path.hasPrefix("//") else {
                throw SettingProblem(message: "must be sqlite: and a path, like sqlite:/var/lib/loupe/loupe.db")
            }
            return .sqlite(path: try SettingParser<String>.path.parse(path))
        }
        guard PostgresURL(text) != nil else {
            throw SettingProblem(message: "must be sqlite:PATH or postgres://user:password@host:port/database")
        }
        return .postgres(try SettingParser<PostgresURL>.postgresURL.parse(text))
    }
}

extension SettingParser where Value == PostgresURL {
    static let postgresURL = SettingParser(form: "`postgres://user:password@host:port/database`") {
        text throws(SettingProblem) in
        guard let url = PostgresURL(text) else {
            throw SettingProblem(message: "must be postgres://user:password@host:port/database")
        }
        do {
            _ = try PostgresOptions(url: text)
        } catch {
            // The client's own words, which never repeat a value, say which part it cannot read.
            let message = (error as? LoupeError)?.details.first?.message
            throw SettingProblem(message: message ?? "is not a URL that the PostgreSQL client can read")
        }
        return url
    }
}

extension SettingParser where Value == ResultLocation {
    static let resultLocation = SettingParser(form: "`store` or `directory:PATH`") { text throws(SettingProblem) in
        if text == "store" { return .store }
        guard text.hasPrefix("directory:"), text.count > "directory:".count else {
            throw SettingProblem(message: "must be store or directory:PATH")
        }
        return .directory(path: try SettingParser<String>.path.parse(String(text.dropFirst("directory:".count))))
    }
}

extension SettingParser where Value == ServiceURL {
    static func serviceURL(_ schemes: [String]) -> SettingParser {
        let examples = schemes.map { "`\($0)://user:password@host:port`" }.joined(separator: " or ")
        return SettingParser(form: examples) { text throws(SettingProblem) in
            guard let parts = URLComponents(string: text), let scheme = parts.scheme, schemes.contains(scheme),
                parts.host?.isEmpty == false
            else {
                throw SettingProblem(message: "must begin with \(schemes.joined(separator: ":// or "))://, then a host")
            }
            return ServiceURL(text)
        }
    }
}

extension SettingParser<ServiceURL> {
    static let redisURL = SettingParser(form: "`redis://user:password@host:port/database`") {
        text throws(SettingProblem) in
        do throws(LoupeError) {
            _ = try RedisAddress(url: text)
        } catch {
            throw SettingProblem(message: error.message)
        }
        return ServiceURL(text)
    }
}

extension SettingParser where Value == KeyRing {
    static let keyRing = SettingParser(form: "`id:base64 of 32 bytes`; older keys follow, apart by commas") {
        text throws(SettingProblem) in
        do {
            return try KeyRing(parsing: text)
        } catch {
            throw SettingProblem(message: "is not a key ring: \(error)")
        }
    }
}
