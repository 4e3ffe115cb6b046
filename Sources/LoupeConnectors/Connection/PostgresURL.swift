import LoupeCore

/// Takes a `postgres://` URL apart, also one whose password was pasted in without encoding it.
enum PostgresURL {
    private struct Parts {
        /// Nil where there is no `@`.
        var userInfo: Substring?
        var hosts: Substring
        var database: Substring
        var query: Substring
    }

    /// `rest` is what follows `postgres://`.
    static func parse(_ rest: Substring) throws -> PostgresTarget {
        let parts = split(rest)
        var options = ConnectionOptions(field: "connection_string")
        if let userInfo = parts.userInfo {
            let colon = userInfo.firstIndex(of: ":") ?? userInfo.endIndex
            options.set("user", PercentCoding.decode(userInfo[..<colon]))
            if colon < userInfo.endIndex {
                options.set("password", PercentCoding.decode(userInfo[userInfo.index(after: colon)...]))
            }
        }
        options.set("host", PercentCoding.decode(parts.hosts))
        options.set("dbname", PercentCoding.decode(parts.database))
        for item in parts.query.split(separator: "&") {
            let equals = item.firstIndex(of: "=") ?? item.endIndex
            let value = equals < item.endIndex ? item[item.index(after: equals)...] : ""
            options.set(PercentCoding.decode(item[..<equals]), PercentCoding.decode(value))
        }
        return try options.target()
    }

    /// Where an `@` stands only before the first of `/?#`, the last one ends the user and password, as RFC 3986 has it.
    /// One further on belongs to the query if that reads as allowed keys; else to a password that holds `/`, `?` or `#`,
    /// and the last one ends it.
    private static func split(_ rest: Substring) -> Parts {
        let authorityEnd = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard let last = rest.lastIndex(of: "@") else { return parts(userInfo: nil, rest) }
        if last > authorityEnd, let inner = rest[..<authorityEnd].lastIndex(of: "@") {
            let standard = parts(userInfo: rest[..<inner], rest[rest.index(after: inner)...])
            if isPlausible(standard) { return standard }
        } else if last > authorityEnd {
            let standard = parts(userInfo: nil, rest)
            if isPlausible(standard) { return standard }
        }
        return parts(userInfo: rest[..<last], rest[rest.index(after: last)...])
    }

    private static func parts(userInfo: Substring?, _ rest: Substring) -> Parts {
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        let slash = rest[..<question].firstIndex(of: "/") ?? question
        return Parts(
            userInfo: userInfo,
            hosts: rest[..<slash],
            database: slash < question ? rest[rest.index(after: slash)..<question] : "",
            query: question < rest.endIndex ? rest[rest.index(after: question)...] : ""
        )
    }

    /// Whether a reading that leaves an `@` to the query makes sense: only free texts may hold one.
    private static func isPlausible(_ parts: Parts) -> Bool {
        let items = parts.query.split(separator: "&")
        let isQuery = items.allSatisfy { item in
            let key = item.prefix { $0 != "=" }
            let mayHoldAny = ["user", "password", "dbname", "application_name"].contains(String(key))
            return ConnectionOptions.allowed.contains(String(key)) && (mayHoldAny || !item.contains("@"))
        }
        let isHost = parts.hosts.allSatisfy { $0.isLetter || $0.isNumber || ".-_:,[]%".contains($0) }
        let namesHost = !parts.hosts.isEmpty || items.contains { $0.hasPrefix("host=") }
        return isQuery && !items.isEmpty && isHost && namesHost && !parts.database.contains { $0 == "@" || $0 == "/" }
    }
}
