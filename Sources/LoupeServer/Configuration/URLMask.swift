/// Shows a URL without its password, also where the URL is not quite one.
enum URLMask {
    static func withoutPassword(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url.contains("@") ? "•••" : url }
        let rest = url[scheme.upperBound...]
        let query = rest.firstIndex(of: "?") ?? rest.endIndex
        var shown = String(url[..<scheme.upperBound])
        let base = rest[..<query]
        // A password may hold an unescaped / or @: everything up to the last @ belongs to it.
        if let at = base.lastIndex(of: "@") {
            let user = base[..<at].prefix { $0 != ":" }
            shown += user
            if user.endIndex < at { shown += ":•••" }
            shown += base[at...]
        } else {
            shown += base
        }
        // Of options only the names that cannot hold a secret keep their values.
        let options = rest[query...].dropFirst().split(separator: "&").map { option -> String in
            let name = option.prefix { $0 != "=" }
            return shownOptions.contains(String(name)) ? String(option) : "\(name)=•••"
        }
        return options.isEmpty ? shown : shown + "?" + options.joined(separator: "&")
    }

    private static let shownOptions: Set<String> = [
        "sslmode", "host", "port", "user", "dbname", "application_name", "connect_timeout", "target_session_attrs",
    ]
}
